import type { ClientError } from '../../errors.ts';
import { plainName } from '../../parse/shapes.ts';
import type { CollectionMethod, Fact } from '../../store/facts.ts';
import type { OperationContext } from '../operation-context.ts';
import { longestText, timeOf, wrongInput } from './input.ts';

/** The inputs of all records; GraphQL has checked that those of the field are there. */
export interface FactInput {
  readonly customer: string;
  readonly purpose?: string;
  readonly channel?: string | null;
  readonly answer?: 'GRANTED' | 'DENIED';
  readonly status?: 'OBJECTED' | 'RESTRICTED' | 'LIFTED';
  readonly except?: readonly string[];
  readonly notice?: string;
  readonly noticeVersion?: string;
  readonly method: CollectionMethod;
  readonly source: string;
  readonly collectedAt?: string | null;
  readonly expiresAt?: string | null;
  readonly evidence?: string | null;
}

const channelForm = /^[a-z0-9_-]{1,50}$/;
/** Clocks differ. */
const skew = 60_000;

type Why = Pick<OperationContext, 'purposes' | 'now' | 'caller'>;

/** What a mutation records, or what is wrong with its input. */
export function factOf(context: Why, mutation: string, input: FactInput): Fact | ClientError {
  const wrong = wrongIn(context, input);
  if (wrong !== undefined) {
    return wrongInput(...wrong);
  }
  const collected = {
    source: input.source, method: input.method, at: timeOf(input.collectedAt) ?? context.now,
    ...(given(input.evidence) === undefined ? {} : { evidence: given(input.evidence) }),
  };
  const { purpose = '', channel, answer = 'GRANTED', status, except = [], notice = '', noticeVersion = '', expiresAt } = input;
  const about = { purpose, ...(given(channel) === undefined ? {} : { channel: given(channel) }) };
  switch (mutation) {
    case 'recordConsent':
      return {
        kind: 'consent', status: answer, ...about, notice: { id: notice, version: noticeVersion }, ...collected,
        ...(timeOf(expiresAt) === undefined ? {} : { expiresAt: timeOf(expiresAt) }),
      };
    case 'withdrawConsent':
      return { kind: 'consent', status: 'WITHDRAWN', ...about, ...collected };
    case 'recordObjection':
      return { kind: 'objection', status: status === 'LIFTED' ? 'LIFTED' : 'OBJECTED', purpose, ...collected };
    case 'restrictProcessing':
      return { kind: 'restriction', status: status === 'LIFTED' ? 'LIFTED' : 'RESTRICTED', except: [...new Set(except)], ...collected };
    default:
      throw new Error(`nobody carries out Mutation.${mutation}`);
  }
}

/** The first member that cannot be what it is said to be, with what was expected. */
function wrongIn({ purposes, now, caller }: Why, input: FactInput): readonly [string, string] | undefined {
  const { purpose, channel, except = [], source, collectedAt, expiresAt } = input;
  const collected = timeOf(collectedAt) ?? now;
  const expires = timeOf(expiresAt);
  if (purpose !== undefined && !purposes.has(purpose)) return ['purpose', 'one of the purposes that `purposes { key }` lists'];
  if (channel !== undefined && channel !== null && !channelForm.test(channel)) return ['channel', 'a channel like email'];
  if (!except.every((one) => purposes.has(one))) return ['except', 'purposes that `purposes { key }` lists'];
  if (!plainName.safeParse(source).success) return ['source', 'a name of letters, digits, ".", "_" and "-"'];
  // Her own word is hers; it must not pass for another source's later one.
  if (caller.kind === 'customer' && source !== 'gateway') return ['source', 'none: a customer speaks for herself'];
  if (collected > now + skew) return ['collectedAt', 'a time that is not in the future'];
  if (expires !== undefined && expires <= collected) return ['expiresAt', 'a time after it was collected'];
  for (const member of ['notice', 'noticeVersion', 'evidence'] as const) {
    const text = input[member];
    if (text !== undefined && text !== null && (text.trim() === '' || text.length > longestText)) return [member, `1 to ${longestText} characters`];
  }
  return undefined;
}

function given<Value>(value: Value | null | undefined): Value | undefined {
  return value ?? undefined;
}
