import { DatabaseSync } from 'node:sqlite';
import { workerData } from 'node:worker_threads';

const db = new DatabaseSync(String(workerData));
db.exec('PRAGMA secure_delete = ON; PRAGMA wal_checkpoint(TRUNCATE)');
db.close();
