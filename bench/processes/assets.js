// Packs all files of a folder as a release's assets are packed, and reads them back: `node assets.js FOLDER`.
import { realpath, rm } from "node:fs/promises";
import { collectAssets } from "../../dist/artifact/assets.js";
import { checkZip, writeZip } from "../../dist/artifact/zip.js";

const [folder] = process.argv.slice(2);
const zip = `${folder}.zip`;
const assets = await collectAssets(await realpath(folder), ["**"]);
await writeZip(zip, assets);
await checkZip(zip, assets);
await rm(zip);
