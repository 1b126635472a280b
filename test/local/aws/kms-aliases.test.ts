import { CreateAliasCommand, DeleteAliasCommand, ListAliasesCommand, UpdateAliasCommand } from '@aws-sdk/client-kms';
import { type Fixture, startFixture } from './fixture.ts';
import { createAlias, createKey, createSigningKey } from './kms-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());

describe('an alias', () => {
  test('is listed with its key, in pages', async () => {
    const { KeyId } = await createKey(fixture.kms);
    const names = [await createAlias(fixture.kms, KeyId), await createAlias(fixture.kms, KeyId)].sort();
    await createAlias(fixture.kms, (await createKey(fixture.kms)).KeyId);

    const first = await fixture.kms.send(new ListAliasesCommand({ KeyId, Limit: 1 }));
    const second = await fixture.kms.send(new ListAliasesCommand({ KeyId, Limit: 1, Marker: first.NextMarker }));

    expect([first, second].map(page => page.Aliases?.map(alias => alias.AliasName))).toEqual(names.map(name => [name]));
    expect([first.Truncated, second.Truncated]).toEqual([true, false]);
    expect(first.Aliases?.[0]?.TargetKeyId).toBe(KeyId);
  });

  test('refuses a name that is in use with AlreadyExistsException', async () => {
    const { KeyId } = await createKey(fixture.kms);
    const AliasName = await createAlias(fixture.kms, KeyId);
    await expect(fixture.kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: KeyId }))).rejects.toMatchObject({
      name: 'AlreadyExistsException',
    });
  });

  test('refuses a name without the prefix with ValidationException', async () => {
    const { KeyId } = await createKey(fixture.kms);
    await expect(
      fixture.kms.send(new CreateAliasCommand({ AliasName: 'root', TargetKeyId: KeyId })),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('moves to another key of its kind only', async () => {
    const AliasName = await createAlias(fixture.kms, (await createSigningKey(fixture.kms)).KeyId);
    const next = await createSigningKey(fixture.kms);
    const symmetric = await createKey(fixture.kms);

    await fixture.kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId: next.KeyId }));
    const toOtherKind = fixture.kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId: symmetric.KeyId }));

    await expect(toOtherKind).rejects.toMatchObject({ name: 'ValidationException' });
    expect(fixture.aws.kms.aliases.get(AliasName)?.keyId).toBe(next.KeyId);
  });

  test('is deleted once: then NotFoundException', async () => {
    const AliasName = await createAlias(fixture.kms, (await createKey(fixture.kms)).KeyId);
    await fixture.kms.send(new DeleteAliasCommand({ AliasName }));
    await expect(fixture.kms.send(new DeleteAliasCommand({ AliasName }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });
});
