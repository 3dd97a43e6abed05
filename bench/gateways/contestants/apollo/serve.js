/** Apollo Gateway behind Apollo Server, as its documentation has it: the composed schema is read from a file, so that nothing is composed while it serves. */
import { readFileSync } from 'node:fs';
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

const { supergraph } = JSON.parse(readFileSync(process.argv[2], 'utf8'));

const gateway = new ApolloGateway({ supergraphSdl: readFileSync(supergraph, 'utf8') });
const { url } = await startStandaloneServer(new ApolloServer({ gateway }), { listen: { port: 0, host: '127.0.0.1' } });
process.send({ url });
