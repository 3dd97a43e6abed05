import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import { bundleExplorer } from '../../../scripts/explorer/bundle.ts';
import { browserNeeds, startBrowser } from '../../fixtures/browser.ts';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';
import { freePort } from '../../fixtures/free-port.ts';

const root = join(import.meta.dirname, '../../..');
const patience = 120_000;
const describeInBrowser = browserNeeds === undefined ? describe : describe.skip;

let browser: Browser;
/** What the page did that it should not have: asked elsewhere, broke its policy, or failed. */
let wrong: string[] = [];

/** A tab that watches the page. */
async function openTab(): Promise<Page> {
  const page = await browser.newPage();
  await browser.defaultBrowserContext().setPermission('*', ...['clipboard-read', 'clipboard-write'].map((name) => ({ permission: { name }, state: 'granted' as const })));
  page.setDefaultTimeout(patience / 3);
  await page.setViewport({ width: 1360, height: 820 });
  page.on('pageerror', (error) => {
    // What the editor had under way is given up when it is made anew for another caller, and says so to nobody.
    if (!String(error).endsWith('Canceled: Canceled')) wrong.push(`failed: ${String(error)}`);
  });
  page.on('request', (request) => {
    if (!/^(http:\/\/127\.0\.0\.1:|data:)/.test(request.url())) wrong.push(`asked ${request.url()}`);
  });
  // Chromium tells what breaks a policy as an error of the console; a status that is no success, too, which some are meant to be.
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource: the server responded with a status of')) wrong.push(message.text());
  });
  return page;
}

/** Pastes a query over what is there: of one that is typed, the editor would close brackets by itself. */
async function paste(page: Page, query: string): Promise<void> {
  await page.waitForSelector('.graphiql-query-editor .view-lines');
  await page.click('.graphiql-query-editor .view-lines');
  await page.evaluate((text) => navigator.clipboard.writeText(text), query);
  await page.keyboard.down('Control');
  for (const key of ['a', 'v'] as const) await page.keyboard.press(key);
  await page.keyboard.up('Control');
}

/** Runs what is typed, and waits until all of the texts are on the page where answers are. */
async function run(page: Page, ...shown: readonly string[]): Promise<string> {
  // The button is there before the editor is, and runs nothing until then.
  await page.waitForFunction(() => document.querySelector('.graphiql-query-editor .view-line')?.textContent);
  await page.click('.graphiql-execute-button');
  return answered(page, '.graphiql-response', shown);
}

/** The text of a part of the page, as soon as all of these are in it. The editor writes spaces that do not break, and only the lines that are in sight. */
async function answered(page: Page, part: string, shown: readonly string[]): Promise<string> {
  const found = await page.waitForFunction((selector: string, texts: readonly string[]) => {
    const text = (document.querySelector(selector)?.textContent ?? '').replaceAll('\u00a0', ' ');
    return texts.every((one) => text.includes(one)) && text;
  }, {}, part, shown);
  return String(await found.jsonValue());
}

const callersOf = (page: Page): Promise<readonly string[]> => page.$$eval('header select option', (options) => options.map(({ value }) => value));
const purposeOf = (page: Page): Promise<string> => page.$eval('header input[list]', ({ value }) => value);

async function state(page: Page, purpose: string): Promise<void> {
  await page.click('header input[list]', { count: 3 });
  await page.keyboard.type(purpose);
}

beforeAll(async () => {
  if (browserNeeds === undefined) browser = await startBrowser();
}, patience);
afterAll(async () => {
  if (browserNeeds === undefined) await browser.close();
});
beforeEach(() => {
  wrong = [];
});
afterEach(() => expect(wrong).toEqual([]));

describeInBrowser(`the explorer of the sample company${browserNeeds === undefined ? '' : ` (needs ${browserNeeds})`}`, () => {
  let folder: string;
  let start: ChildProcess;
  let link: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'explorer-'));
    start = spawn(process.execPath, [join(root, 'scripts/start.ts')], {
      cwd: root, stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'], PORT: String(await freePort()), SAMPLE_KEYS: folder, STORE_FILE: join(folder, 'store.sqlite'), CHECKPOINTS_FILE: join(folder, 'checkpoints.jws') },
    });
    for await (const line of createInterface({ input: start.stdout ?? process.stdin })) {
      link = /^To explore it in a browser as one of these callers: (.*)$/.exec(line)?.[1] ?? '';
      if (link !== '') break;
    }
    if (link === '') throw new Error('npm start did not say where the explorer is');
  }, patience);
  afterAll(async () => {
    if (start.exitCode === null) {
      start.kill('SIGTERM');
      await once(start, 'exit');
    }
    await rm(folder, { recursive: true });
  });

  test('lets one choose a caller, and shows what she sees and what she is denied', async () => {
    const page = await openTab();
    await page.goto(link);
    await page.waitForSelector('.graphiql-execute-button');
    expect(new URL(page.url())).toMatchObject({ pathname: '/explorer', hash: '' });
    expect(await callersOf(page)).toEqual(['marketing', 'support', 'partner', 'customer', 'steward', 'lead', 'service-lead', 'privacy', 'a token of your own']);

    // The query that fits the first of them is there already.
    await run(page, '"data"', '"name": "Käthe Krüger"');

    await paste(page, '{ customer(by: { number: "10001" }) { email phone } }');
    const denied = await run(page, '"phone": null', '"path": [        "customer",        "phone"', '"code": "UNAUTHORIZED_FIELD_OR_TYPE"', '"reason": "scope"');
    expect(denied).toMatch(/"email": "\S+@\S+"/);

    // The same query as somebody else.
    await page.select('header select', 'support');
    expect(await purposeOf(page)).toBe('service.support');
    await page.waitForSelector('.graphiql-execute-button');
    expect(await run(page, '"phone": "+')).not.toContain('UNAUTHORIZED');
    await page.close();
  }, patience);

  test('sends the purpose that is stated', async () => {
    const page = await openTab();
    await page.goto(link);
    await page.waitForSelector('.graphiql-execute-button');
    await state(page, 'service.support');
    await run(page, 'PURPOSE_NOT_ALLOWED');
    await state(page, 'marketing.email');
    await run(page, '"name": "Käthe Krüger"');
    await page.close();
  }, patience);

  test('shows the schema that the caller`s audience may see: all of it to staff, and none to a partner who may not look', async () => {
    const page = await openTab();
    await page.goto(link);
    await page.click('button[aria-label="Show Documentation Explorer"]');
    await answered(page, '.graphiql-plugin', ['Query', 'Mutation']);
    await page.select('header select', 'partner');
    await answered(page, '.graphiql-plugin', ['Error fetching schema']);
    expect(await run(page, '"name": "Käthe Krüger"')).not.toContain('UNAUTHORIZED');
    // And nothing of the schema of the caller before is left.
    expect(await answered(page, '.graphiql-plugin', ['Error fetching schema'])).not.toContain('Mutation');
    await page.close();
  }, patience);

  test('keeps callers and queries for its tab, and for no other', async () => {
    const page = await openTab();
    await page.goto(link);
    await page.waitForSelector('.graphiql-execute-button');
    await page.reload();
    await page.waitForSelector('.graphiql-execute-button');
    expect((await callersOf(page)).length).toBe(9);
    expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
    const other = await openTab();
    await other.goto(new URL('/explorer', page.url()).href);
    await other.waitForSelector('header input[type=password]');
    expect([await callersOf(other), await other.$('.graphiql-execute-button')]).toEqual([[], null]);
    await Promise.all([page.close(), other.close()]);
  }, patience);
});

describeInBrowser(`the explorer of another deployment${browserNeeds === undefined ? '' : ` (needs ${browserNeeds})`}`, () => {
  let company: TestCompany;
  beforeAll(async () => {
    await bundleExplorer();
    company = await startCompany({ env: { EXPLORER: 'tokens' } });
  }, patience);
  afterAll(() => company.stop());

  async function use(page: Page, token: string): Promise<void> {
    await page.click('header input[type=password]', { count: 3 });
    await page.keyboard.sendCharacter(token);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.graphiql-execute-button');
  }

  test('asks with the token that its user brings, and forgets it with the page', async () => {
    const page = await openTab();
    await page.goto(`${company.gateway.url}/explorer`);
    await page.waitForSelector('header input[type=password]');
    await use(page, `Bearer ${company.gateway.issuer.caller('support')}`);
    expect(await purposeOf(page)).toBe('service.support');
    await paste(page, '{ customer(by: { number: "10001" }) { number segments } }');
    await run(page, '"number": "10001"', 'UNAUTHORIZED_FIELD_OR_TYPE');
    await use(page, 'none');
    await run(page, 'UNAUTHENTICATED');
    const kept = await page.evaluate(() => JSON.stringify([Object.entries(sessionStorage), Object.entries(localStorage), document.cookie, location.href]));
    expect(kept).toContain('segments');
    expect(kept).not.toMatch(/eyJ|Bearer/);
    await page.reload();
    await page.waitForSelector('header input[type=password]');
    expect(await page.$('.graphiql-execute-button')).toBeNull();
    await page.close();
  }, patience);

  test('takes no caller from a link', async () => {
    const page = await openTab();
    const callers = [{ name: 'somebody', description: 'else', token: company.gateway.issuer.caller('marketing'), query: '{ me { number } }' }];
    await page.goto(`${company.gateway.url}/explorer#callers=${Buffer.from(JSON.stringify(callers)).toString('base64url')}`);
    await page.waitForSelector('header input[type=password]');
    expect([await callersOf(page), await page.$('.graphiql-execute-button')]).toEqual([[], null]);
    await page.close();
  }, patience);
});
