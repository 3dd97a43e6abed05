import { existsSync } from 'node:fs';
import { pidFileOf } from './people.ts';

/** Request Tracker 5, as its rig's `up.sh` and `seed.sh` leave it. */
export const desk = { url: `http://127.0.0.1:${process.env['RT_PORT'] ?? '18081'}`, user: 'svc-gateway', password: 'svc-gateway-pw' };

/** What is missing of Request Tracker; undefined when it answers. */
export async function deskNeeds(): Promise<string | undefined> {
  return existsSync(pidFileOf('request-tracker')) && (await answers()) ? undefined : 'the rig request-tracker, up and seeded';
}

async function answers(): Promise<boolean> {
  const form = new URLSearchParams({ user: desk.user, pass: desk.password });
  try {
    const answer = await fetch(`${desk.url}/NoAuth/Login.html`, { method: 'POST', body: form, redirect: 'manual', signal: AbortSignal.timeout(20_000) });
    const cookie = answer.headers.get('set-cookie')?.split(';')[0];
    if (cookie === undefined) return false;
    const tickets = await fetch(`${desk.url}/REST/2.0/tickets?query=id%3E0&per_page=1`, { headers: { cookie }, signal: AbortSignal.timeout(20_000) });
    return tickets.ok && ((await tickets.json()) as { readonly total: number }).total > 0;
  } catch {
    return false;
  }
}
