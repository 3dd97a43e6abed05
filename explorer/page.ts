import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';
import { takeCallers } from './callers.ts';
import { Explorer } from './explorer.ts';
import './page.css';
import { giveStylesNonce } from './style-nonce.ts';
import { provideWorkers } from './workers.ts';

const place = document.getElementById('explorer');
const script = document.querySelector<HTMLScriptElement>('script[nonce]');
if (place === null || script === null) throw new Error('expected the page that the gateway serves');
giveStylesNonce(document, script.nonce);
provideWorkers();
const { endpoint = '', callers } = place.dataset;
createRoot(place).render(createElement(Explorer, {
  // What was typed is kept for this tab, and no longer than it: it may name customers.
  endpoint, storage: sessionStorage,
  callers: takeCallers({ allowed: callers === 'taken', location, history, storage: sessionStorage }),
}));
