import { once } from 'node:events';
import { connect, createServer } from 'node:net';

it('sees the error of a broken connection as an Error, as outside of Jest', async () => {
  const server = createServer(socket => socket.resetAndDestroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const socket = connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1');
  const [error] = await once(socket, 'error').catch(thrown => [thrown]);
  server.close();
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(TypeError);
  expect(error).toMatchObject({ code: 'ECONNRESET' });
});
