import { sight } from '../authorization/rights.ts';
import { bestCaseOf, type Need } from './best-case.ts';
import { matrixColumns, type CallerColumn } from './caller-columns.ts';
import type { Deployment } from './deployment.ts';
import { openEvaluation, type Evaluated } from './evaluate.ts';
import { existsIn, governedRights, type GovernedRight } from './governed-rights.ts';

/** Told how many parts of how many are done. */
export type OnPart = (done: number, of: number) => void;

/** What comes of a right. `absent` is what does not exist for an audience. */
export interface RightState {
  readonly outcome: string;
  /** What has to be so of a customer; none where it is the same for all. */
  readonly needs: readonly Need[];
}

/** What one class of callers may do with one field. */
export interface MatrixCell extends RightState {
  /** True where it is denied, and a grant would open it. */
  readonly grantable: boolean;
}

export interface Matrix {
  readonly columns: readonly CallerColumn[];
  /** Classes of callers that may do no more than those without a role, or nothing at all; they have no column. */
  readonly idle: readonly CallerColumn[];
  readonly rows: readonly { readonly right: GovernedRight; readonly cells: readonly MatrixCell[] }[];
}

/** Who may do what in a deployment: rights in rows, classes of callers in columns. It takes seconds; `onPart` is told after each class. */
export function matrixOf(deployment: Deployment, onPart: OnPart = () => undefined): Matrix {
  const rights = governedRights(deployment.model);
  const cells = openCells(deployment, rights);
  const columns = matrixColumns(deployment);
  const all = columns.map((column, place) => {
    onPart(place, columns.length);
    return { column, cells: cells(column) };
  });
  const roleless = new Map(all.filter(({ column }) => column.caller.roles.length === 0).map(({ column, cells }) => [nameOf(column), JSON.stringify(cells)]));
  const busy = all.filter(({ column, cells }) => cells.some(({ outcome }) => outcome !== 'deny' && outcome !== 'absent')
    && (column.caller.roles.length === 0 || roleless.get(nameOf(column)) !== JSON.stringify(cells)));
  return {
    columns: busy.map(({ column }) => column),
    idle: all.filter((one) => !busy.includes(one)).map(({ column }) => column),
    rows: rights.map((right, row) => ({ right, cells: busy.map(({ cells }) => cells[row] ?? absent) })),
  };
}

const absent: MatrixCell = { outcome: 'absent', needs: [], grantable: false };

function openCells({ schemas, ...deployment }: Deployment, rights: readonly GovernedRight[]): (column: CallerColumn) => readonly MatrixCell[] {
  const evaluate = openEvaluation(deployment, deployment.policySet);
  const known = new Map<Evaluated, RightState>();
  const stateFor = (column: CallerColumn, right: Pick<GovernedRight, 'action' | 'field'>): RightState => {
    const evaluated = evaluate(column, right);
    const state = known.get(evaluated) ?? stateOf(evaluated);
    known.set(evaluated, state);
    return state;
  };
  const heedsGrants = [...deployment.policySet.facts.values()].some((policy) => policy.heedsGrants);
  return (column) => {
    const granted = { ...column, granted: true };
    const schema = schemas.get(column.caller.audience);
    // A grant shows more of the customers who are seen, and is given to staff alone.
    const mayAsk = heedsGrants && column.caller.kind === 'staff' && stateFor(column, { action: 'see', field: sight }).outcome !== 'deny';
    return rights.map((right) => {
      if (!existsIn(schema, right)) return absent;
      const state = stateFor(column, right);
      return { ...state, grantable: mayAsk && right.action === 'read' && state.outcome === 'deny' && stateFor(granted, right).outcome !== 'deny' };
    });
  };
}

/** The same view and purpose have the same name. */
function nameOf({ caller: { kind, audience }, purpose }: CallerColumn): string {
  return `${kind} ${audience} ${purpose}`;
}

/** What an evaluation comes to at best. */
export function stateOf(evaluated: Evaluated): RightState {
  if (evaluated.kind === 'settled') return { outcome: evaluated.outcome, needs: [] };
  const { decision, needs } = bestCaseOf(evaluated.aspects, { purpose: evaluated.purpose, decide: evaluated.of, outcome: (outcome) => outcome });
  return { outcome: decision, needs };
}
