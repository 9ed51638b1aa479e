// Programs that the tests need and npm does not have: by apt, as root on Debian; elsewhere their user installs them.
import { existsSync } from "node:fs";
import { run } from "./steps.js";

/** Debian package to what it brings, and to a variable that names a replacement. */
const PACKAGES = {
  "rabbitmq-server": { brings: "/usr/lib/rabbitmq/bin/rabbitmq-server", instead: "DKIST_TEST_AMQP" },
  postgresql: { brings: "/usr/lib/postgresql" },
  unzip: { brings: "/usr/bin/unzip" },
  chromium: { brings: "/usr/bin/chromium", instead: "CHROMIUM_PATH" },
  "librsvg2-bin": { brings: "/usr/bin/rsvg-convert" },
  zsh: { brings: "/usr/bin/zsh" },
  fish: { brings: "/usr/bin/fish" },
  openssl: { brings: "/usr/bin/openssl" },
  "libarchive-tools": { brings: "/usr/bin/bsdtar" },
  "p7zip-full": { brings: "/usr/bin/7z" },
  "strip-nondeterminism": { brings: "/usr/bin/strip-nondeterminism" },
  "bash-completion": { brings: "/usr/share/bash-completion/bash_completion" },
};

/** Installs those that are not there; ends this process where it cannot. */
export function installPackages(names) {
  const missing = names.filter((name) => {
    const { brings, instead } = PACKAGES[name];
    return !existsSync(brings) && !(instead && process.env[instead]);
  });
  if (missing.length === 0) return console.log(`there: ${names.join(", ")}`);
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    console.error(`The tests need ${missing.join(", ")}. On Debian: apt-get install ${missing.join(" ")}`);
    if (missing.includes("rabbitmq-server"))
      console.error("Or name a broker with an admin user guest/guest: DKIST_TEST_AMQP=host:port npm test");
    if (missing.includes("chromium")) console.error("Or name a Chromium: CHROMIUM_PATH=/path/to/chromium npm test");
    process.exit(1);
  }
  // The tests start servers of their own; a package must not start one beside it.
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  run("apt-get", ["update", "-q"], { env });
  run("apt-get", ["install", "-y", "-q", "--no-install-recommends", ...missing], { env });
}
