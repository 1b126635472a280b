/** The stored facts have changed since they were read: decide again. */
export class ConflictError extends Error {}
