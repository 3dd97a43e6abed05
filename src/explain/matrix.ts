import { bestCaseOf, type Need } from './best-case.ts';
import { matrixColumns, type CallerColumn } from './caller-columns.ts';
import type { Deployment } from './deployment.ts';
import { openEvaluation, type Evaluated } from './evaluate.ts';
import { existsIn, governedRights, type GovernedRight } from './governed-rights.ts';

/** What one class of callers may do with one field. `absent` is what does not exist for their audience. */
export interface MatrixCell {
  readonly outcome: string;
  /** What has to be so of a customer; none where it is the same for all. */
  readonly needs: readonly Need[];
}

export interface Matrix {
  readonly columns: readonly CallerColumn[];
  /** Classes of callers that may do nothing at all, which have no column. */
  readonly idle: readonly CallerColumn[];
  readonly rows: readonly { readonly right: GovernedRight; readonly cells: readonly MatrixCell[] }[];
}

/** Who may do what in a deployment: rights in rows, classes of callers in columns. */
export function matrixOf(deployment: Deployment): Matrix {
  const rights = governedRights(deployment.model);
  const evaluate = openEvaluation(deployment, deployment.policySet);
  const all = matrixColumns(deployment).map((column) => ({
    column,
    cells: rights.map((right) => (existsIn(deployment.schemas.get(column.caller.audience), right) ? cellOf(evaluate(column, right)) : absent)),
  }));
  const busy = all.filter(({ cells }) => cells.some(({ outcome }) => outcome !== 'deny' && outcome !== 'absent'));
  return {
    columns: busy.map(({ column }) => column),
    idle: all.filter((one) => !busy.includes(one)).map(({ column }) => column),
    rows: rights.map((right, row) => ({ right, cells: busy.map(({ cells }) => cells[row] ?? absent) })),
  };
}

const absent: MatrixCell = { outcome: 'absent', needs: [] };

/** What an evaluation comes to at best. */
export function cellOf(evaluated: Evaluated): MatrixCell {
  if (evaluated.kind === 'settled') return { outcome: evaluated.outcome, needs: [] };
  const { decision, needs } = bestCaseOf(evaluated.aspects, evaluated.of, (outcome) => outcome);
  return { outcome: decision, needs };
}
