import { askerOf, type Asker } from './callers.ts';
import type { Cast } from './cast.ts';
import { someDocument, type Draft } from './documents.ts';
import { tokensIn } from './markers.ts';
import { judge, type Case } from './oracle.ts';
import { textOf } from './pieces.ts';
import { openRandom } from './random.ts';
import type { Reply, Stage } from './stage.ts';
import type { Finding, Markers } from './scan.ts';
import type { SchemaText } from './schema-text.ts';
import type { Person, World } from './world.ts';

/** What every case of a world has in common. */
export interface Ground {
  readonly seed: string;
  readonly stage: Pick<Stage, 'ask' | 'schema'>;
  readonly text: SchemaText;
  readonly markers: Markers;
  readonly world: World;
  readonly cast: Cast;
  readonly ids: ReadonlyMap<Person, string>;
  readonly now: number;
}

/** What is wrong with one answer. */
export interface Failure {
  /** By which the case can be run alone. */
  readonly name: string;
  readonly asker: Asker;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** What was told and should not have been. */
  readonly leaks: readonly Finding[];
  /** What was not told and should have been. */
  readonly missing: readonly string[];
  readonly reply: Reply;
}

export interface Outcome {
  readonly failure: Failure | undefined;
  /** How many markers had to be in the answer. */
  readonly owed: number;
}

/** Makes a case by its name, and again the same. */
export function makeCase({ seed, stage: { schema }, text, world, cast, ids, now }: Ground, name: string): Case {
  const random = openRandom(`${seed} case ${name}`);
  const asker = askerOf(random.pick(cast.parts), random, world);
  const theme = random.pick(cast.themes);
  const draft = someDocument(random, { schema, text, theme, keys: { world, ids, byAddress: theme.has('contact') } });
  return { world, ids, asker, draft, now };
}

/** Asks, and looks at all that comes back. */
export async function tryCase(ground: Ground, name: string, one: Case): Promise<Outcome> {
  const { stage, text, markers, world } = ground;
  const { allowed, owed } = judge(one, text, stage.schema);
  const query = textOf(one.draft);
  const variables = variablesOf(one.draft);
  const reply = await stage.ask(one.asker, query, variables);
  const raw = one.asker.kind === 'partner' ? [...one.ids.values()].filter((id) => reply.body.includes(id) && !query.includes(id) && !JSON.stringify(variables).includes(id)) : [];
  const leaks = [...raw.map((marker) => ({ marker, of: 'an id of the gateway', where: 'the body' })), ...markers.strange(reply.body, 'the body', allowed), ...markers.strange(JSON.stringify(reply.headers), 'a header', allowed)];
  const told = tokensIn(reply.body);
  const missing = world.faulty ? [] : [...owed].filter((token) => !told.has(token)).map((token) => markers.placeOf(token));
  const sound = leaks.length === 0 && missing.length === 0 && answered(reply);
  return { failure: sound ? undefined : { name, asker: one.asker, query, variables, leaks, missing, reply }, owed: world.faulty ? 0 : owed.size };
}

/** The variables of a draft, as they are sent. */
export function variablesOf({ variables }: Draft): Readonly<Record<string, unknown>> {
  return Object.fromEntries([...variables].map(([name, { value }]) => [name, value]));
}

/** A document that the gateway does not understand would test nothing. */
function answered({ status, body }: Reply): boolean {
  return (status === 200 && !body.includes('INTERNAL_SERVER_ERROR')) || (status === 403 && body.includes('PURPOSE_NOT_ALLOWED'));
}
