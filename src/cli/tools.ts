import type { Config } from '../config/load-config.ts';
import type { Probed } from '../connectors/probe.ts';
import type { Deployment } from '../explain/deployment.ts';
import type { Explained, ExplainRequest } from '../explain/explain-document.ts';

/** What a command needs of the process and of the deployment. Handed in by `main.ts`, which alone reads the process. */
export interface Tools {
  /** Reads and checks a deployment's folder; connects to nothing. Rejects with a `ConfigError` that lists every fault. */
  readonly load: (folder: string) => Promise<Config>;
  /** The same, with all that is compiled of it. */
  readonly readDeployment: (folder: string) => Promise<Deployment>;
  /** Connects to nothing. */
  readonly explain: (deployment: Deployment, request: ExplainRequest) => Promise<Explained>;
  /** Connects to every source. Ends by the sources' deadlines. */
  readonly probe: (deployment: Deployment) => Promise<readonly Probed[]>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Whoever runs the command, as the operating system calls them. */
  readonly user: () => string;
  /** Aborted by the first Ctrl-C. What then runs comes to a place at which a repetition can go on, and ends. */
  readonly signal: AbortSignal;
  /** Says how the process will end when all else is done: 0 unless a command says otherwise. */
  readonly exitWith: (code: ExitCode) => void;
}

export interface Output {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  /** Colours are for people at a terminal who do not refuse them. */
  readonly inColour: boolean;
}

/**
 * 0 done; 1 failed, or the deployment is wrong; 2 the command line is wrong; 3 done, but some rows were rejected; 4 done, and what
 * was looked at is not as it should be, or opens something; 5 it closes something and opens nothing.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5;
