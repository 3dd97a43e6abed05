/** What a checkpoint is left with: a file, or an address. */
export type CheckpointTargetKind = 'file' | 'url';

/** Told of each attempt to leave a checkpoint. */
export type ObserveCheckpoint = (target: CheckpointTargetKind, result: 'taken' | 'failed') => void;
