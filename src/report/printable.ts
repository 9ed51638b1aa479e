// The command line's way to it: commands show what reports show.
export { printable } from "../model/printable.js";
