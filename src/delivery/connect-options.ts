// What users may choose about connections to receivers.

/** The client certificate for receivers that want mutual TLS. */
export interface ClientCertificate {
  /** Certificate chain, PEM. */
  cert?: string | undefined
  /** Its private key, PEM. */
  key?: string | undefined
  /** Certificate and key as PKCS #12, in place of `cert` and `key`. */
  pfx?: Uint8Array | undefined
  /** Of an encrypted `key` or `pfx`. */
  passphrase?: string | undefined
}

/** How connections are opened, and to which targets. */
export interface ConnectOptions extends ClientCertificate {
  /** Extra certificate authorities, PEM. */
  ca?: string | undefined
  /** Accept any certificate. */
  insecure?: boolean | undefined
  /** The only hosts that may be targets; undefined: any. Forbidden addresses stay forbidden. */
  allowTargets?: readonly string[] | undefined
}
