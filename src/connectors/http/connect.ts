import { getCACertificates } from 'node:tls';
import type { ConnectorDeps } from '../connector.ts';
import type { Context } from './ask.ts';
import { openAuth } from './auth/open-auth.ts';
import { failuresOf } from '../failure.ts';
import type { SourceSettings } from './settings.ts';
import { openTransport } from './transport.ts';
import { openWire, type TlsFiles } from './wire.ts';

/** Makes what every call to an http source goes through. Nothing is sent before the first call. */
export function connect(settings: SourceSettings, tls: TlsFiles, { source, clock }: Pick<ConnectorDeps, 'source' | 'clock'>): Context {
  const { baseUrl: base, headers, maxResponse } = settings;
  const fail = failuresOf(source);
  const wireTo = (origin: string) => (
    openWire({ origin, proxy: settings.proxy?.href, tls: origin === base.origin ? tls : trustElsewhere(tls), maxResponse }, fail)
  );
  const wire = wireTo(base.origin);
  const auth = openAuth(settings.auth, { base, wire, wireTo, fail, clock, error: settings.error });
  return { transport: openTransport({ base, headers, wire, auth, fail, clock }), fail, clock };
}

/** For a server other than the source: the private authority besides the usual ones, and no client certificate. */
function trustElsewhere({ ca }: TlsFiles): TlsFiles {
  return ca === undefined ? {} : { ca: [...getCACertificates('default'), ...[ca].flat()] };
}
