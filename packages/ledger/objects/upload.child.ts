/** The process that puts files into storage: hashing and encrypting them would stand in the way of a cut elsewhere. */
import { serveCalls } from '../child/serve.ts';
import { type UploadOrder, upload } from './upload.ts';

serveCalls('weir:upload', (storage) => (order: UploadOrder) => upload(storage, order));
