/* What OHIF's adapters make of our structured report: tool state with the right
 * lengths, drawn on the right images.
 *
 *   node check_ohif.mjs NODE_MODULES FINDINGS_DIR SERIES_DIR REPORT_DIR
 *
 * Prints TAP. NODE_MODULES has @cornerstonejs/adapters, dcmjs, @babel/runtime.
 * The adapters pick a tool by the tracking identifiers that OHIF itself writes;
 * their hook for others' reports picks the bidirectional one here. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, findingsDir, seriesDir, reportDir] = process.argv.slice(2);
const require = createRequire(path.join(modules, 'x.js'));
const load = async (name, file) =>
  import(pathToFileURL(file ? path.join(modules, name, file)
                            : require.resolve(name)));
const { default: dcmjs } = await load('dcmjs');
const { adaptersSR } = await load('@cornerstonejs/adapters',
                                  'dist/esm/index.js');
const { metaData } = await load('@cornerstonejs/core', 'dist/esm/index.js');

let n = 0, failed = 0;
const ok = (good, text) => {
  n++;
  failed += good ? 0 : 1;
  console.log(`${good ? 'ok' : 'not ok'} ${n} - ${text}`);
};

const read = (file) => {
  const bytes = fs.readFileSync(file);
  const message = dcmjs.data.DicomMessage.readFile(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const set = dcmjs.data.DicomMetaDictionary.naturalizeDataset(message.dict);
  set._meta = dcmjs.data.DicomMetaDictionary.namifyDataset(message.meta);
  return set;
};

/* ---- the images, as a viewer knows them ---- */

const images = {}, ids = {};
for (const name of fs.readdirSync(seriesDir)) {
  const set = read(path.join(seriesDir, name));
  const id = `wadouri:${name}`;
  const axes = set.ImageOrientationPatient.map(Number);
  const spacing = [].concat(set.PixelSpacing).map(Number);
  ids[`${set.SOPInstanceUID}:1`] = id;
  images[id] = {
    sopInstanceUID: set.SOPInstanceUID,
    frameOfReferenceUID: set.FrameOfReferenceUID,
    rowCosines: axes.slice(0, 3),
    columnCosines: axes.slice(3),
    imagePositionPatient: set.ImagePositionPatient.map(Number),
    rowPixelSpacing: spacing[0],
    columnPixelSpacing: spacing[1],
    rows: set.Rows,
    columns: set.Columns,
  };
}
metaData.addProvider((kind, id) =>
  kind === 'imagePlaneModule' ? images[id] : undefined);

/* ---- the report ---- */

const report = read(path.join(reportDir, 'sr.dcm'));
const wanted = JSON.parse(fs.readFileSync(
  path.join(findingsDir, 'findings.json'))).findings;
const { MeasurementReport, Bidirectional } = adaptersSR.Cornerstone3D;
const state = MeasurementReport.generateToolState(report, ids, metaData, {
  getToolClass: () => Bidirectional,
});
const drawn = state[Bidirectional.toolType] || [];
ok(drawn.length === wanted.length, `${drawn.length} measurements of ${
  wanted.length} findings`);

const length = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
wanted.forEach((finding, i) => {
  const { annotation, TrackingUniqueIdentifier } = drawn[i];
  const id = annotation.metadata.referencedImageId;
  const stats = annotation.data.cachedStats[`imageId:${id}`];
  const p = annotation.data.handles.points;
  const middle = finding.axes_mm[0][0].map(
    (v, k) => (v + finding.axes_mm[0][1][k]) / 2);
  const image = images[id];
  const normal = [0, 1, 2].map((k) =>
    image.rowCosines[(k + 1) % 3] * image.columnCosines[(k + 2) % 3] -
    image.rowCosines[(k + 2) % 3] * image.columnCosines[(k + 1) % 3]);
  const off = normal.reduce((sum, v, k) =>
    sum + v * (middle[k] - image.imagePositionPatient[k]), 0);
  const told = [Number(stats.length), Number(stats.width)];
  const seen = [length(p[0], p[1]), length(p[2], p[3])];
  const right = [finding.long_axis_mm, finding.short_axis_mm];
  ok(told.every((v, k) => Math.abs(v - right[k]) < 0.01) &&
     stats.unit === 'mm', `finding ${finding.id}: lengths ${told} mm`);
  ok(seen.every((v, k) => Math.abs(v - right[k]) < 0.01),
     `finding ${finding.id}: drawn as long as that`);
  ok(finding.axes_mm.flat().every((end, k) => length(end, p[k]) < 0.01),
     `finding ${finding.id}: drawn from end to end of its axes`);
  ok(Math.abs(off) < 0.01,
     `finding ${finding.id}: on the image that the axes lie on`);
  ok(String(TrackingUniqueIdentifier).startsWith('2.25.'),
     `finding ${finding.id}: with its tracking UID`);
});
console.log(`1..${n}`);
process.exit(failed > 0 ? 1 : 0);
