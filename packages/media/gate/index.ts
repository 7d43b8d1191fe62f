export { Gate, type GateSettings, type Stretch, type Waiting } from './gate.ts';
export { strictest } from './strictest.ts';
