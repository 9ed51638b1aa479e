/**
 * How pictures look: in a page once for all, in a picture alone inside it. The colours are Okabe and Ito's, which people
 * of any colour vision tell apart, darkened or lightened until text on them is readable; shapes say the same without.
 *
 * @see https://jfly.uni-koeln.de/color/
 */
export const GRAPH_STYLE = `
.dkist-graph { --ink: #17212b; --soft: #44525f; --line: #5c6b7a; --paper: #ffffff;
  --fill-0: #f2f6fa; --edge-0: #33567a; --fill-1: #fff0d6; --edge-1: #8a5200; --fill-2: #dff3ec; --edge-2: #00664a;
  --fill-3: #fae6f1; --edge-3: #8f3d6c; --fill-4: #e3f2fc; --edge-4: #00588f; --fill-5: #fbf7cf; --edge-5: #665c00;
  font-family: system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
@media (prefers-color-scheme: dark) {
  .dkist-graph { --ink: #eef3f8; --soft: #bccad6; --line: #93a3b3; --paper: #10161c;
    --fill-0: #1b2733; --edge-0: #8fb4d9; --fill-1: #3a2a0c; --edge-1: #f0b04a; --fill-2: #0d3328; --edge-2: #4fcfa6;
    --fill-3: #3b1c2d; --edge-3: #e59ac2; --fill-4: #0d2d42; --edge-4: #6cc0f5; --fill-5: #35310a; --edge-5: #e8da5a; }
}
@media print {
  .dkist-graph { --ink: #000000; --soft: #333333; --line: #555555; --paper: #ffffff;
    --fill-0: #ffffff; --edge-0: #33567a; --fill-1: #fff0d6; --edge-1: #8a5200; --fill-2: #dff3ec; --edge-2: #00664a;
    --fill-3: #fae6f1; --edge-3: #8f3d6c; --fill-4: #e3f2fc; --edge-4: #00588f; --fill-5: #fbf7cf; --edge-5: #665c00; }
}
.dkist-graph .paper { fill: var(--paper); }
.dkist-graph .outline { stroke-width: 1.5; }
.dkist-graph .queue-0 .outline { fill: var(--fill-0); stroke: var(--edge-0); }
.dkist-graph .queue-1 .outline { fill: var(--fill-1); stroke: var(--edge-1); }
.dkist-graph .queue-2 .outline { fill: var(--fill-2); stroke: var(--edge-2); }
.dkist-graph .queue-3 .outline { fill: var(--fill-3); stroke: var(--edge-3); }
.dkist-graph .queue-4 .outline { fill: var(--fill-4); stroke: var(--edge-4); }
.dkist-graph .queue-5 .outline { fill: var(--fill-5); stroke: var(--edge-5); }
.dkist-graph .missing .outline { fill: var(--paper); stroke: var(--line); stroke-dasharray: 5 4; }
.dkist-graph text { fill: var(--ink); text-anchor: middle; }
.dkist-graph .heading { font-size: 15px; font-weight: 600; text-anchor: start; }
.dkist-graph .name { font-size: 13px; font-weight: 600; }
.dkist-graph .fact { font-size: 11px; fill: var(--soft); }
.dkist-graph .edge { fill: none; stroke: var(--line); stroke-width: 1.4; }
.dkist-graph .tip { fill: var(--line); }
`;
