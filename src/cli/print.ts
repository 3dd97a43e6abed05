import { styleText } from 'node:util';
import type { Output } from './tools.ts';

/** What a command has to tell at its end: a sentence and figures, each with its name. */
export interface Summary {
  readonly title: string;
  readonly good: boolean;
  /** In the order in which they are shown; the names are those of the JSON form. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

/** Prints a summary: aligned for a person, or as one line of JSON. */
export function printSummary(output: Output, { title, good, facts }: Summary, json: boolean): void {
  if (json) return output.write(`${JSON.stringify(facts)}\n`);
  const rows = Object.entries(facts).map(([name, value]) => [words(name), typeof value === 'number' ? number(value) : String(value)] as const);
  const nameWidth = Math.max(0, ...rows.map(([name]) => name.length));
  const figureWidth = Math.max(0, ...Object.values(facts).map((value) => (typeof value === 'number' ? number(value).length : 0)));
  output.write(`${paint(output, good ? 'green' : 'yellow', title)}\n`);
  for (const [name, value] of rows) output.write(`  ${paint(output, 'dim', name.padEnd(nameWidth))}  ${/^[\d,.]+$/.test(value) ? value.padStart(figureWidth) : value}\n`);
}

/** Paints text where that is wanted. */
export function paint(output: Output, style: 'green' | 'yellow' | 'red' | 'dim', text: string): string {
  return output.inColour ? styleText(style, text, { validateStream: false }) : text;
}

/** A number as people read it: 1,000,000. */
export function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 });
}

/** `newCustomers` → `new customers`. */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
