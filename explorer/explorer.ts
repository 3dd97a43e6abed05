import { GraphiQL } from 'graphiql';
import { print, parse } from 'graphql';
import { createElement as h, Fragment, useId, useMemo, useRef, useState, type ChangeEvent, type ReactNode } from 'react';
import { ToolbarButton, useGraphiQL } from '@graphiql/react';
import { ask, type Session } from './ask.ts';
import type { Caller } from './callers.ts';
import { readClaims, type Claims } from './claims.ts';

const own = 'a token of your own';
const nobody: Session = { token: '', purpose: '' };

/** The page: who asks, what for, and GraphiQL with what she may see. */
export function Explorer({ callers, endpoint, storage }: { readonly callers: readonly Caller[]; readonly endpoint: string; readonly storage: Storage }): ReactNode {
  const [chosen, setChosen] = useState(callers[0]?.name ?? own);
  const [session, setSession] = useState<Session>(callers[0] === undefined ? nobody : sessionOf(callers[0].token));
  const caller = callers.find(({ name }) => name === chosen);
  const claims = useMemo(() => readClaims(session.token), [session.token]);
  // What is asked next is asked for the purpose that is stated then; the schema does not depend on it.
  const current = useRef(session);
  current.current = session;
  const choose = (name: string): void => {
    const next = callers.find((one) => one.name === name);
    setChosen(name);
    setSession(next === undefined ? nobody : sessionOf(next.token));
  };
  return h('div', { className: 'explorer' },
    h('header', null,
      h('h1', null, 'Customer 360'),
      callers.length === 0 ? null : h(Choice, { names: [...callers.map(({ name }) => name), own], chosen, choose }),
      caller === undefined ? h(TokenInput, { key: chosen, use: (token) => setSession(sessionOf(token)) }) : null,
      h(PurposeInput, { purpose: session.purpose, known: claims?.purposes ?? [], change: (purpose) => setSession({ ...session, purpose }) }),
      h('p', null, caller?.description ?? '', ' ', h('small', null, claims === undefined ? '' : toldOf(claims)))),
    session.token === ''
      ? h('main', null, h('p', null, 'Paste a token that the gateway believes. It stays in this page, and is gone when the page is.'))
      // Another caller's schema may be another: nothing of the one before is kept but what was typed.
      : h(GraphiQL, {
        key: session.token, storage, fetcher: (body: unknown) => ask(endpoint, current.current, body) as Promise<object>, isHeadersEditorEnabled: false, showPersistHeadersSettings: false,
        defaultQuery: caller === undefined ? '{ __typename }\n' : laidOut(caller.query),
      },
      h(GraphiQL.Logo, null, ' '),
      caller === undefined ? null : h(GraphiQL.Toolbar, { children: ({ prettify, copy, merge }) => h(Fragment, null, prettify, merge, copy, h(ExampleButton, { caller })) })));
}

function sessionOf(token: string): Session {
  return { token, purpose: readClaims(token)?.purposes[0] ?? '' };
}

function Choice({ names, chosen, choose }: { readonly names: readonly string[]; readonly chosen: string; readonly choose: (name: string) => void }): ReactNode {
  const id = useId();
  return h('div', null,
    h('label', { htmlFor: id }, 'Caller'),
    h('select', { id, value: chosen, onChange: (event: ChangeEvent<HTMLSelectElement>) => choose(event.currentTarget.value) }, names.map((name) => h('option', { key: name, value: name }, name))));
}

/** A token is used once it is whole: at Enter, or when the field is left. */
function TokenInput({ use }: { readonly use: (token: string) => void }): ReactNode {
  const id = useId();
  const [text, setText] = useState('');
  const done = (): void => use(text.trim().replace(/^Bearer\s+/i, ''));
  return h('form', { onSubmit: (event) => { event.preventDefault(); done(); } },
    h('label', { htmlFor: id }, 'Token'),
    h('input', { id, type: 'password', autoComplete: 'off', spellCheck: false, value: text, onChange: (event) => setText(event.currentTarget.value), onBlur: done }));
}

function PurposeInput({ purpose, known, change }: { readonly purpose: string; readonly known: readonly string[]; readonly change: (purpose: string) => void }): ReactNode {
  const id = useId();
  return h('div', null,
    h('label', { htmlFor: id }, 'Purpose'),
    h('input', { id, list: `${id}-known`, spellCheck: false, autoComplete: 'off', placeholder: "the token's only one", value: purpose, onChange: (event) => change(event.currentTarget.value.trim()) }),
    h('datalist', { id: `${id}-known` }, known.map((name) => h('option', { key: name, value: name }))));
}

/** Puts the query that fits a caller in the place of what is typed. */
function ExampleButton({ caller }: { readonly caller: Caller }): ReactNode {
  const editor = useGraphiQL((state) => state.queryEditor);
  return h(ToolbarButton, { label: `A query that fits ${caller.name}`, onClick: () => editor?.setValue(laidOut(caller.query)) }, h('span', { 'aria-hidden': true, className: 'example' }, 'Ex'));
}

function toldOf({ kind, roles, expiresAt }: Claims): string {
  const until = expiresAt === undefined ? undefined : `until ${new Date(expiresAt).toLocaleString()}`;
  return [kind, roles.join(', '), until].filter((part) => part !== undefined && part !== '').join(' · ');
}

function laidOut(query: string): string {
  try {
    return `${print(parse(query))}\n`;
  } catch {
    return query;
  }
}
