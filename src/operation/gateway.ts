import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { AuditKeys } from '../audit/keys.ts';
import type { Trail } from '../audit/trail.ts';
import type { Decider } from '../authorization/decision.ts';
import type { Masker } from '../authorization/masks/open-masker.ts';
import type { Caller } from '../caller/caller.ts';
import type { PurposeChoice } from '../caller/purpose.ts';
import type { PurposeRegistry } from '../config/purposes-file.ts';
import type { SourceSettings } from '../config/source-file.ts';
import type { Capabilities, Connector } from '../connectors/connector.ts';
import type { CallerIds } from '../federation/caller-ids.ts';
import type { CursorSeal } from '../federation/pages/cursor.ts';
import type { CustomerPlans } from '../federation/plan/customer-plan.ts';
import type { OperationContext, SourceInfo } from '../federation/operation-context.ts';
import type { SourceName } from '../ids.ts';
import type { IdentityRules } from '../identity/resolving.ts';
import type { UnknownMemory } from '../identity/unknown-memory.ts';
import type { ReportBounds } from '../report/make-report.ts';
import type { Model } from '../schema/model.ts';
import type { select, SelectedField } from '../selection/select.ts';
import type { Store } from '../store/store.ts';
import type { openCostOf } from './cost.ts';
import type { OperationLimits } from './limits.ts';
import type { Notes } from './notes.ts';

/** One operation, parsed and validated, with who asks and why. */
export interface Operation {
  /** The schema of the caller's audience, which the document was validated against. */
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  readonly purpose: PurposeChoice;
  /** Whether the customer who asks has objected by Global Privacy Control (`Sec-GPC`). */
  readonly optOut: boolean;
  readonly requestId: string;
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
  /** What is noted of it; undefined where nobody wants to know. */
  readonly notes?: Notes | undefined;
}

/** With what selections are made and weighed. */
export interface Selects {
  readonly select: typeof select;
  readonly costOf: ReturnType<typeof openCostOf>;
}

/** What outlives a request. */
export interface Gateway extends Selects {
  readonly model: Model;
  readonly decider: Decider;
  readonly policyVersion: string;
  readonly purposes: PurposeRegistry;
  readonly sources: readonly SourceSettings[];
  readonly lead: SourceSettings;
  /** In the order of the sources. */
  readonly capabilities: ReadonlyMap<SourceName, Capabilities>;
  readonly bounds: OperationContext['bounds'];
  readonly connectors: ReadonlyMap<SourceName, Connector>;
  /** The same without the row cache. */
  readonly fresh: ReadonlyMap<SourceName, Connector>;
  readonly sourceInfo: (source: SourceName) => SourceInfo;
  readonly store: Store;
  readonly trail: Trail;
  readonly pseudonyms: AuditKeys['pseudonyms'];
  readonly classesOf: (fields: readonly SelectedField[]) => readonly string[];
  readonly plans: CustomerPlans;
  readonly hashDocument: (document: DocumentNode) => string;
  readonly identityRules: IdentityRules;
  readonly unknown: UnknownMemory;
  readonly cursors: CursorSeal;
  readonly idsOf: (caller: Caller) => CallerIds;
  readonly mask: Masker;
  /** The same object for callers of one audience. */
  readonly limitsOf: (caller: Caller) => OperationLimits;
  readonly accessRules: OperationContext['accessRules'];
  /** How much a report on a customer holds, and for how long it is gathered. */
  readonly reportRules: Omit<ReportBounds, 'pageSize'>;
  /** Milliseconds. */
  readonly requestDeadline: number;
  readonly clock: () => number;
  readonly newId: () => string;
}
