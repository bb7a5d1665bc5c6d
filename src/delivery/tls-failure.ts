// Why TLS failed, in a sentence for each code of Node and OpenSSL that a receiver's set-up can cause.

/** What each code means, as the end of a sentence that begins with the receiver. */
const MEANS: Record<string, string> = {
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'wants a client certificate: give one with --cert and --key, or --pfx',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'does not trust the authority of the client certificate',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'refused the client certificate',
  ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: 'refused the client certificate: its kind is not supported',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: 'refused the client certificate: it is revoked',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'refused the client certificate: it has expired',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: 'refused the client certificate',
  ERR_SSL_TLSV1_ALERT_DECRYPT_ERROR: 'could not verify the handshake, such as the signature of the client certificate',
  ERR_SSL_TLSV1_ALERT_ACCESS_DENIED: 'refused access to the client certificate',
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE:
    'refused the handshake: it may want a client certificate (--cert and --key, or --pfx), or there is no common cipher',
  ERR_SSL_TLSV1_ALERT_INSUFFICIENT_SECURITY: 'refused the handshake: it demands stronger ciphers',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'refused the TLS version: Standin speaks TLS 1.2 and 1.3',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'speaks an old TLS version only: Standin speaks TLS 1.2 and 1.3',
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL:
    'does not speak HTTP/1.1 over TLS, perhaps only HTTP/2; Standin sends HTTP/1.1',
  ERR_SSL_TLSV1_UNRECOGNIZED_NAME: 'does not know the host name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'did not answer with TLS: should its URL begin with http://?',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'did not answer with TLS: should its URL begin with http://?',
  ERR_SSL_HTTP_REQUEST: 'did not answer with TLS: should its URL begin with http://?',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another host name',
  CERT_HAS_EXPIRED: 'has a certificate that has expired',
  CERT_NOT_YET_VALID: 'has a certificate that is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'has a self-signed certificate: trust it with --ca, or accept any with --insecure',
  SELF_SIGNED_CERT_IN_CHAIN:
    'has a certificate of an unknown authority: trust it with --ca, or accept any with --insecure',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'has a certificate of an unknown authority, or sends no intermediate certificate: trust it with --ca, or accept any with --insecure',
  UNABLE_TO_GET_ISSUER_CERT:
    'has a certificate of an unknown authority: trust it with --ca, or accept any with --insecure',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'has a certificate of an unknown authority: trust it with --ca, or accept any with --insecure',
  ECONNRESET: 'closed the connection during the handshake',
  EPIPE: 'closed the connection during the handshake',
}

/** Whether an error after the handshake is one of TLS: an alert may come late (TLS 1.3). */
export const isTlsCode = (code: string): boolean => code === 'EPROTO' || code.startsWith('ERR_SSL_')

/** Why TLS with `target` failed, one sentence or two. */
export function tlsDetail(code: string | undefined, target: string): string {
  // OpenSSL 3.5 calls the alerts that SSL 3.0 and TLS share by both names.
  const means = code === undefined ? undefined : MEANS[code.replace('_SSL/TLS_ALERT_', '_SSLV3_ALERT_')]
  const reason = means === undefined ? (code === undefined ? '' : ` (${code})`) : `: ${target} ${means}`
  return `The TLS handshake with ${target} failed${reason}.`
}
