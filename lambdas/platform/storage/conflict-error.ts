/** The stored facts have changed since they were read: read and decide again. */
export class ConflictError extends Error {}
