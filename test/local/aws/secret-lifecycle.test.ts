import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { dayMs, type Fixture, startFixture } from './fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
});
afterEach(() => fixture.close());

const Name = 'license-server/site/1';
const create = (input: object = {}) =>
  fixture.secrets.send(new CreateSecretCommand({ Name, SecretString: 'first', ...input }));
const get = (input: object = {}) => fixture.secrets.send(new GetSecretValueCommand({ SecretId: Name, ...input }));
const put = (input: object = {}) =>
  fixture.secrets.send(new PutSecretValueCommand({ SecretId: Name, SecretString: 'second', ...input }));
const describeSecret = () => fixture.secrets.send(new DescribeSecretCommand({ SecretId: Name }));

describe('a deleted secret', () => {
  test('refuses reads and writes with InvalidRequestException, is described with its date, and ends', async () => {
    await create();
    const DeletedDate = new Date(fixture.clock.nowMs + 7 * dayMs);
    await fixture.secrets.send(new DeleteSecretCommand({ SecretId: Name, RecoveryWindowInDays: 7 }));

    for (const refused of [get, put, create]) {
      await expect(refused()).rejects.toMatchObject({ name: 'InvalidRequestException' });
    }
    expect(await describeSecret()).toMatchObject({ DeletedDate });
    fixture.clock.nowMs += 7 * dayMs;
    await expect(get()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('is gone at once without recovery, and its name is free; a repetition does no harm', async () => {
    await create();
    const erase = new DeleteSecretCommand({ SecretId: Name, ForceDeleteWithoutRecovery: true });
    await fixture.secrets.send(erase);
    await fixture.secrets.send(erase);
    await expect(get()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await create({ SecretString: 'created again' });
    expect((await get()).SecretString).toBe('created again');
  });

  test('refuses force together with a window with InvalidParameterException', async () => {
    await create();
    const both = { SecretId: Name, ForceDeleteWithoutRecovery: true, RecoveryWindowInDays: 7 };
    await expect(fixture.secrets.send(new DeleteSecretCommand(both))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});

describe('tags and lists', () => {
  test('a tag replaces one of the same key', async () => {
    await create({
      Tags: [
        { Key: 'site', Value: '1' },
        { Key: 'app', Value: 'a' },
      ],
    });
    const Tags = [{ Key: 'site', Value: '2' }];
    await fixture.secrets.send(new TagResourceCommand({ SecretId: Name, Tags }));
    expect((await describeSecret()).Tags).toEqual([
      { Key: 'site', Value: '2' },
      { Key: 'app', Value: 'a' },
    ]);
  });

  test('lists in pages and by prefix, without the deleted', async () => {
    for (const name of ['a/1', 'a/2', 'a/3', 'b/1']) await create({ Name: name, Tags: [{ Key: name, Value: 'v' }] });
    await fixture.secrets.send(new DeleteSecretCommand({ SecretId: 'a/3' }));
    const list = async (input: object) => {
      const { SecretList, NextToken } = await fixture.secrets.send(new ListSecretsCommand(input));
      return { names: SecretList?.map(secret => secret.Name), NextToken };
    };

    const first = await list({ MaxResults: 2 });
    expect(first.names).toEqual(['a/1', 'a/2']);
    expect(await list({ MaxResults: 2, NextToken: first.NextToken })).toEqual({ names: ['b/1'] });
    expect((await list({ Filters: [{ Key: 'name', Values: ['a/'] }] })).names).toEqual(['a/1', 'a/2']);
    expect((await list({ Filters: [{ Key: 'tag-key', Values: ['b/'] }] })).names).toEqual(['b/1']);
    expect((await list({ IncludePlannedDeletion: true })).names).toContain('a/3');
  });
});
