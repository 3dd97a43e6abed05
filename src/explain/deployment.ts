import type { GraphQLSchema } from 'graphql';
import type { PolicySet } from '../authorization/load-policies.ts';
import type { Vocabulary } from '../authorization/vocabulary.ts';
import type { Config } from '../config/load-config.ts';
import type { Model } from '../schema/model.ts';

/** A deployment that has been read and found sound. Nothing is connected to yet. */
export interface Deployment {
  readonly config: Config;
  readonly model: Model;
  readonly vocabulary: Vocabulary;
  readonly policySet: PolicySet;
  /** By audience. */
  readonly schemas: ReadonlyMap<string, GraphQLSchema>;
}
