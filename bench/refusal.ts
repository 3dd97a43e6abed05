import { parseArgs } from 'node:util';
import { Agent } from 'undici';
import { startCompany } from '../test/fixtures/company.ts';
import { ask, measure, percentile } from './measure.ts';

/**
 * Whether the time that an answer takes tells a customer who is refused from one who is not there: an agent bound to a region asks
 * for both in turns. The baseline is a second customer who is not there, asked for in the same turns.
 */

const { values } = parseArgs({ options: { runs: { type: 'string', default: '1000' } } });
const runs = Number(values.runs);
const agent = new Agent({ pipelining: 1 });
const company = await startCompany({
  edit: { 'customer360.yaml': (text) => text.replace('roles: [', 'roles: [regional, ') },
  files: {
    'policies/regional.cedar': `
      @id("regional") permit (principal in Role::"regional", action in [Action::"see", Action::"read"], resource)
      when { context.purpose == Purpose::"service.support" && principal.regions.containsAny(context.customer.regions) };
      @id("regional-looks-up") permit (principal in Role::"regional", action == Action::"lookup", resource)
      when { context.purpose == Purpose::"service.support" };`,
  },
});
try {
  const { gateway } = company;
  // Whom support has met is known; no region of hers is.
  await gateway.ask('{ customer(by: { number: "10001" }) { id } }');
  const token = gateway.issuer.token({ sub: 'rita', kind: 'staff', roles: ['regional'], purposes: ['service.support'], regions: ['north'] });
  const way = (number: string) => async (): Promise<void> => {
    const query = `{ customer(by: { number: "${number}" }) { id number profile { name } email } }`;
    const answer = JSON.stringify(await ask(agent, `${gateway.url}/graphql`, { authorization: `Bearer ${token}` }, { query }));
    if (answer !== '{"data":{"customer":null}}') throw new Error(`expected nobody, got ${answer}`);
  };
  const [refused = [], unknown = [], baseline = []] = await measure([way('10001'), way('99999'), way('99998')], runs);
  console.log(`${runs} runs in turns at one connection\n`);
  console.log('      refused   not there   again   refused ÷ not there   not there ÷ not there');
  for (const [name, part] of [['p10', 0.1], ['p50', 0.5], ['p90', 0.9], ['p99', 0.99]] as const) {
    const [a, b, c] = [percentile(refused, part), percentile(unknown, part), percentile(baseline, part)];
    const shown = [a, b, c].map((milliseconds) => `${milliseconds.toFixed(2)} ms`);
    console.log(`${name}${shown[0]?.padStart(10)}${shown[1]?.padStart(12)}${shown[2]?.padStart(9)}${(a / b).toFixed(2).padStart(18)}${(c / b).toFixed(2).padStart(24)}`);
  }
} finally {
  await Promise.all([agent.close(), company.stop()]);
}
