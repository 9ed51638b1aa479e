import type { Models as CycloneDx } from "@cyclonedx/cyclonedx-library";
import type { ReleaseDescription } from "../model/artifact.js";
import { byCodeUnit, releaseName } from "../model/naming.js";
import type { PackageRef } from "../model/task-bundle.js";
import { sha256 } from "./digest.js";

/**
 * The software bill of materials of a release: CycloneDX 1.6 as JSON. Its components are the packages in the task bundles
 * and in the notifier; its dependency graph says which task's bundle (`task:<Task>`) holds which of them. The same release
 * gives the same bytes: the serial number comes from the content, and there is a timestamp only where a date is given.
 */
export async function renderSbom(release: ReleaseDescription, date: Date | null): Promise<string> {
  // Loaded here, as only `build` writes one.
  const [{ Contrib, Enums, Models, Serialize, Spec }, { PackageURL }, { default: parseExpression }] = await Promise.all(
    [import("@cyclonedx/cyclonedx-library"), import("packageurl-js"), import("spdx-expression-parse")],
  );
  const { Application, Library } = Enums.ComponentType;
  const licenses = new Contrib.License.Factories.LicenseFactory(parseExpression);

  const packages = new Map(
    [...release.bundles.flatMap((bundle) => bundle.packages), ...release.notifier.packages]
      .map((one) => [refOf(one), one] as const)
      .sort(([a], [b]) => byCodeUnit(a, b)),
  );
  const components = new Map([...packages].map(([ref, one]) => [ref, component(ref, one)]));

  const bom = new Models.Bom({
    components: new Models.ComponentRepository(components.values()),
    metadata: new Models.Metadata({
      ...(date === null ? {} : { timestamp: date }),
      lifecycles: new Models.LifecycleRepository([Enums.LifecyclePhase.Build]),
      tools: new Models.Tools({
        components: new Models.ComponentRepository([
          new Models.Component(Application, "dkist-core", { version: release.toolVersion }),
        ]),
      }),
      component: application(),
    }),
  });
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  // Not `sortLists`: that order depends on the locale. All lists are in order already.
  const serialized = (): string => serializer.serialize(bom, { space: 2 });
  bom.serialNumber = `urn:uuid:${uuidOf(serialized())}`;
  return `${serialized()}\n`;

  function component(ref: string, { name, version, license }: PackageRef): CycloneDx.Component {
    const [scope, rest] = name.startsWith("@") ? splitScope(name) : [undefined, name];
    return new Models.Component(Library, rest, {
      ...(scope === undefined ? {} : { group: scope }),
      version,
      bomRef: ref,
      purl: new PackageURL("npm", scope, rest, version).toString(),
      licenses: new Models.LicenseRepository(license === null ? [] : [declared(license)]),
    });
  }

  /** An SPDX id or expression where it is one, else a name. */
  function declared(license: string): CycloneDx.License {
    const made = licenses.makeFromString(license);
    made.acknowledgement = Enums.LicenseAcknowledgement.Declared;
    return made;
  }

  /** The release with its programs, each of which depends on the packages in it. */
  function application(): CycloneDx.Component {
    const programs = [
      ...release.bundles.map(({ taskName, packages }) => program(`task:${taskName}`, taskName, packages)),
      program("notify-failure.js", "notify-failure.js", release.notifier.packages),
    ];
    const commit = release.gitCommit === null ? [] : [new Models.Property("dkist-core:gitCommit", release.gitCommit)];
    return new Models.Component(Application, release.name, {
      version: release.version,
      bomRef: releaseName(release.name, release.version),
      components: new Models.ComponentRepository(programs),
      dependencies: new Models.BomRefRepository(programs.map(({ bomRef }) => bomRef)),
      properties: new Models.PropertyRepository(commit),
    });
  }

  function program(ref: string, name: string, held: readonly PackageRef[]): CycloneDx.Component {
    const refs = held.flatMap((one) => components.get(refOf(one))?.bomRef ?? []);
    return new Models.Component(Application, name, {
      version: release.version,
      bomRef: ref,
      dependencies: new Models.BomRefRepository(refs),
    });
  }
}

/** Each package has one of its own: a purl would not do, as it has no upper case. */
function refOf({ name, version }: PackageRef): string {
  return `npm:${name}@${version}`;
}

function splitScope(name: string): [string | undefined, string] {
  const slash = name.indexOf("/");
  return slash < 0 ? [undefined, name] : [name.slice(0, slash), name.slice(slash + 1)];
}

/** @see https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-8 */
function uuidOf(text: string): string {
  const digits = sha256(text);
  const variant = ((parseInt(digits.charAt(16), 16) & 0b0011) | 0b1000).toString(16);
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join("-");
}
