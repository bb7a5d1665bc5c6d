// Verifications keep how long they waited for what the receiver did.

/** `waits` is a JSON object, null where nothing was observed or the verification has not ended. */
export const verificationWaits = `
ALTER TABLE verifications ADD COLUMN waits TEXT;
`
