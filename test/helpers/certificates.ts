import { execFileSync } from "node:child_process";
import path from "node:path";
import type { Certificate } from "./rabbitmq.js";

/** What an authority of the tests' own has signed. */
export interface Certificates {
  /** The authority's certificate: what NODE_EXTRA_CA_CERTS must name. */
  readonly authority: string;
  /** For the name `localhost`, and for no address. */
  readonly localhost: Certificate;
  /** For `localhost`, a day long, and the day is over. */
  readonly expired: Certificate;
}

/** Makes them with openssl, in a folder. */
export function makeCertificates(folder: string): Certificates {
  const at = (name: string): string => path.join(folder, name);
  const openssl = (...parameters: readonly string[]): void => {
    execFileSync("openssl", parameters, { cwd: folder, stdio: "ignore" });
  };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const authority = ["-subj", "/CN=Authority of the tests", "-days", "30"];
  openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.pem", ...authority);
  const sign = (name: string, days: string): Certificate => {
    const request = ["-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", "/CN=localhost"];
    openssl("req", ...key, ...request, "-addext", "subjectAltName=DNS:localhost");
    const signing = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-copy_extensions", "copy"];
    openssl("x509", "-req", "-in", `${name}.csr`, ...signing, "-out", `${name}.pem`, "-days", days);
    return { certificate: at(`${name}.pem`), key: at(`${name}.key`) };
  };
  return { authority: at("ca.pem"), localhost: sign("localhost", "30"), expired: sign("expired", "-1") };
}
