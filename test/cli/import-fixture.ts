import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { type CliFixture, newFolder, startCliFixture } from './cli-fixture.ts';

/** For each test an enterprise without sites, and a folder for their file; the server is there for the whole file of tests. */
export function siteImport() {
  let cli: CliFixture;
  let enterpriseId: string;
  let folder: string;

  beforeAll(async () => {
    cli = await startCliFixture();
  });
  beforeEach(async () => {
    folder = newFolder();
    writeFileSync(join(folder, 'root.jwk.json'), JSON.stringify(cli.server.world.root));
    ({ enterpriseId } = await cli.desk.call('create-enterprise', {}));
  });
  afterEach(() => {
    cli.server.meter.fault = () => undefined;
  });
  afterAll(async () => await cli.close());

  const fileOf = () => join(folder, 'sites.csv');
  const rootOf = () => join(folder, 'root.jwk.json');
  return {
    get server() {
      return cli.server;
    },
    /** where the profiles are */
    get home() {
      return cli.folder;
    },
    cli: async (...args: string[]) => await cli.cli(...args),
    cliWith: async (env: NodeJS.ProcessEnv, ...args: string[]) => await cli.cliWith(env, ...args),
    get desk() {
      return cli.desk;
    },
    get enterpriseId() {
      return enterpriseId;
    },
    get folder() {
      return folder;
    },
    get file() {
      return fileOf();
    },
    get root() {
      return rootOf();
    },
    writeSites(count: number, state = 'active'): void {
      const rows = Array.from({ length: count }, (_, at) => `${enterpriseId},P-${at},${state},dev`);
      writeFileSync(fileOf(), ['enterpriseId,siteRef,state,mode', ...rows, ''].join('\r\n'));
    },
    importing: async (...args: string[]) => await cli.cli('sites', 'import', fileOf(), '--profile', 'desk', ...args),
    withKeys: () => ['--yes', '--keys', join(folder, 'keys'), '--root', rootOf()],
    async sitesThere() {
      return (await cli.desk.call('list-sites', { enterpriseId, limit: 100 })).sites;
    },
  };
}
