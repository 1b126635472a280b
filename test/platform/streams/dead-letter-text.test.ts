import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sendToDeadLetters } from '../../../lambdas/platform/storage/stream-dead-letters.ts';
import { startServer, type TestServer } from '../../support/server/server.ts';

describe('the dead-letter queue', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await startServer();
  });
  afterEach(() => server.close());

  it('keeps a record with every character that JSON can hold', async () => {
    const letter = {
      consumer: 'write-audit',
      fault: 'Error',
      record: { text: '\u0000\ufffe\uffff\ud800 ä ключ 😀 "\\' },
    };
    await sendToDeadLetters(server.world.runtime, letter);
    expect(server.world.notices.deadLetters().map(body => JSON.parse(body))).toEqual([letter]);
  });
});
