import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';

const MEMORY = '768MB';

/** Something that DuckDB could not do. Its own words may quote records, so they go no further. */
export class DuckFailed extends Error {}

/**
 * DuckDB in memory: one thread, no temporary files, no extensions from elsewhere, nothing kept of the files it reads,
 * which come and go under the same names of descriptors.
 */
export class Duck {
  readonly #connection: DuckDBConnection;

  private constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  static async open(): Promise<Duck> {
    // Native code of 68 MB: loaded by who opens one, not by every process that imports the ledger.
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const instance = await DuckDBInstance.create(':memory:', {
      threads: '1',
      memory_limit: MEMORY,
      temp_directory: '',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      enable_external_file_cache: 'false',
      preserve_insertion_order: 'true',
    });
    return new Duck(await instance.connect());
  }

  /** Runs a statement. @throws DuckFailed naming `what`, not why */
  async run(what: string, sql: string): Promise<void> {
    try {
      await this.#connection.run(sql);
    } catch {
      throw new DuckFailed(`${what} failed`);
    }
  }

  /** The rows of a statement. @throws DuckFailed */
  async rows(what: string, sql: string, values: DuckDBValue[] = []): Promise<DuckDBValue[][]> {
    try {
      const reader = await this.#connection.runAndReadAll(sql, values);
      return reader.getRows();
    } catch {
      throw new DuckFailed(`${what} failed`);
    }
  }

  close(): void {
    this.#connection.closeSync();
  }
}
