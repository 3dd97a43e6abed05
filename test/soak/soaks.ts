import { mongodbNeeds } from '../fixtures/mongodb-server.ts';
import type { SoakOptions } from './soak.ts';

/**
 * The soaks that share some time: sources and Redis go bad before a gateway with its store in a file, under 70 % of what it can answer, for three quarters
 * of it; then the store does, where there is a server of MongoDB's protocol. FerretDB looks through whole collections for every question and so
 * can answer less and less: of what it can at first a third is asked for.
 */
export function soaks({ seconds, ...given }: Omit<SoakOptions, 'kind' | 'services' | 'share' | 'overloads'>): readonly SoakOptions[] {
  const sources: SoakOptions = { ...given, seconds: seconds * 0.75, kind: 'sqlite', services: ['crm', 'billing', 'support', 'redis'], share: 0.7, overloads: true };
  const store: SoakOptions = { ...given, seconds: seconds * 0.25, kind: 'mongodb', services: ['store'], share: 0.35, overloads: false };
  return mongodbNeeds === undefined ? [sources, store] : [sources];
}
