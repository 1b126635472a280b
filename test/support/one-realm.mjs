// Jest runs tests in a realm of their own, with an `Error` of their own; errors of sockets and files come from Node's realm. The AWS SDK
// replaces what is no `instanceof Error` by an error without name and code, so a broken connection would be none to the server under test.
// Outside of Jest there is one realm, and every error is an `Error`.
import { isNativeError } from 'node:util/types';

const isInstance = Function.prototype[Symbol.hasInstance];

Object.defineProperty(Error, Symbol.hasInstance, {
  value(candidate) {
    return isInstance.call(this, candidate) || (this === Error && isNativeError(candidate));
  },
});
