import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aCommandLine, type CommandLine } from './command-line.ts';

const issuer = 'https://login.sample-company.example';
const own = 'https://customer360.sample-company.example';
let line: CommandLine;
beforeEach(async () => {
  line = await aCommandLine();
});
afterEach(() => line.remove());

test('revokes a token of an issuer, and again without harm', async () => {
  const revoke = ['token', 'revoke', '--issuer', issuer, '--id', 'jti-1', '--actor', 'ada'] as const;
  expect(await line.run(...revoke)).toEqual({ code: 0, err: '', out: `revoked\n  issuer           ${issuer}\n  id               jti-1\n  already revoked  false\n` });
  const before = await line.knownIn();
  expect(before).toEqual([expect.stringMatching(/"actor","ada".*"id","jti-1"/)]);
  expect(await line.run(...revoke, '--json')).toEqual({ code: 0, err: '', out: `${JSON.stringify({ issuer, id: 'jti-1', alreadyRevoked: true })}\n` });
  expect(await line.knownIn()).toEqual(before);
  expect(await line.withStore((store) => store.revocations.revoked([{ issuer, id: 'jti-1' }, { issuer, id: 'jti-2' }]))).toEqual([true, false]);
});

test('takes an id alone for a token of the gateway itself, and tells one that it has not issued', async () => {
  expect(await line.run('token', 'revoke', '--id', 'typo', '--json')).toEqual({
    code: 0, err: 'there is no token "typo" in the register; see `token list`, it may be misspelt\n', out: `${JSON.stringify({ issuer: own, id: 'typo', alreadyRevoked: false })}\n`,
  });
  expect(await line.withStore((store) => store.revocations.revoked([{ issuer: own, id: 'typo' }, { issuer, id: 'typo' }]))).toEqual([true, false]);
});

test('refuses an issuer whom the deployment does not know, and a token without a name', async () => {
  expect(await line.run('token', 'revoke', '--issuer', 'https://elsewhere.example', '--id', 'x')).toEqual({
    code: 2, out: '', err: `customer360: --issuer: expected ${own} or ${issuer}, got "https://elsewhere.example"\n`,
  });
  expect(await line.run('token', 'revoke', '--issuer', issuer, '--id', ' ')).toMatchObject({ code: 2, err: expect.stringMatching(/--id: expected the jti/) });
  expect(await line.run('token', 'revoke', '--issuer', issuer)).toMatchObject({ code: 2, err: expect.stringMatching(/required option '--id <jti>'/) });
});

test.each(['token', 'store', 'link', 'consent', 'relation', 'store backup', 'link import', 'consent import', 'token forget'])('%s alone is a wrong command line', async (command) => {
  const { code, out, err } = await line.run(...command.split(' '));
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(/Usage|--help/);
});
