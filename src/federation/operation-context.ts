import type { Trail } from '../audit/trail.ts';
import type { Masker } from '../authorization/masks/open-masker.ts';
import type { Rights } from '../authorization/rights.ts';
import type { Caller } from '../caller/caller.ts';
import type { PurposeRegistry } from '../config/purposes-file.ts';
import type { SourceSettings } from '../config/source-file.ts';
import type { Capabilities } from '../connectors/connector.ts';
import type { RequestReads } from '../connectors/reads.ts';
import type { SourceName } from '../ids.ts';
import type { InTime } from '../in-time.ts';
import type { ChangeChecks } from '../identity/check-change.ts';
import type { Identity } from '../identity/identity.ts';
import type { Reported } from '../report/make-report.ts';
import type { Model } from '../schema/model.ts';
import type { SelectedField } from '../selection/select.ts';
import type { AccessRegister } from '../store/access.ts';
import type { FactLog } from '../store/facts.ts';
import type { LinkedCustomer } from '../store/links.ts';
import type { Stewardship } from '../store/stewardship.ts';
import type { CallerIds } from './caller-ids.ts';
import type { CursorSeal } from './pages/cursor.ts';
import type { ConsentReads } from './source-consents.ts';

/** What the gateway can say of a source itself. */
export interface SourceInfo {
  readonly key: SourceName;
  readonly kind: string;
  readonly owner: string | undefined;
  readonly region: string | undefined;
  readonly health: 'UP' | 'DEGRADED' | 'DOWN';
  readonly lastError: string | undefined;
  readonly lastErrorAt: string | undefined;
}

/** What a source can do for one operation. */
export interface SourceBounds {
  /** The calls that can be made of it at the same time and be answered before the deadline. */
  readonly calls: number;
  /** Entities of which rows are kept: whether the source is asked for them cannot be known. */
  readonly kept: ReadonlySet<string>;
}

/** Who used customers' data: for each customer one page, as data of `DataUseConnection`, or what is wrong with its arguments. */
export interface DataUses {
  page(customer: LinkedCustomer, field: SelectedField): Promise<unknown>;
}

/** What resolving one operation needs. Lives for one request. */
export interface OperationContext {
  readonly model: Model;
  readonly caller: Caller;
  readonly requestId: string;
  /** Waits for the gateway's own store, no longer than the operation may take. */
  readonly waitForStore: InTime;
  /** The caller as the history of links names her. */
  readonly actor: string;
  readonly rights: Rights;
  readonly mask: Masker;
  readonly reads: Omit<RequestReads, 'fresh'>;
  readonly purposes: PurposeRegistry;
  readonly consents: ConsentReads;
  readonly facts: FactLog;
  readonly uses: DataUses;
  readonly access: AccessRegister;
  /** How long access may be given for, and how long an emergency lasts; in milliseconds. */
  readonly accessRules: { readonly longest: number; readonly emergency: number };
  readonly purpose: string;
  /** Makes the report on the customer whom a `CustomerKey` names, out of operations of this caller for this purpose. */
  readonly reportOn: (by: unknown) => Promise<Reported>;
  readonly trail: Pick<Trail, 'append' | 'seal'>;
  /** The purposes that the customer's own app objects to with this very request. */
  readonly optOut: readonly string[];
  /** When the request began, in milliseconds since the epoch. */
  readonly now: number;
  readonly newId: () => string;
  readonly capabilities: ReadonlyMap<SourceName, Capabilities>;
  readonly bounds: ReadonlyMap<SourceName, SourceBounds>;
  readonly identity: Identity;
  readonly stewardship: Stewardship;
  /** Reads and compares what the sources say of customers whose links are about to be changed. */
  readonly changes: ChangeChecks;
  readonly cursors: CursorSeal;
  readonly ids: CallerIds;
  /** The source through which customers are listed. */
  readonly lead: SourceSettings;
  /** The data of a root field that the gateway fills itself. */
  readonly own: (field: string) => unknown;
  readonly sourceInfo: (source: SourceName) => SourceInfo;
  /** The largest page that may be asked for. */
  readonly maxFirst: number;
  /** True once so much of the request's time is used that a page is answered with what there is. */
  readonly late: () => boolean;
}
