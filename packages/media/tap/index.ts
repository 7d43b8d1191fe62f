export * from './read.ts';
export * from './recorder.ts';
export * from './recordings.ts';
export * from './recover.ts';
