/* Findings from reports: see import.h. */
#include "io/import/import.h"

#include "core/error.h"
#include "core/image/mask_edit.h"
#include "core/language.h"
#include "core/measure/measure.h"
#include "io/import/document.h"
#include "io/import/source.h"

#include <string.h>

/* The files, opened. */
typedef struct {
  CapDcmtkObject *report; /* NULL: segmentations alone */
  char *report_name;
  GPtrArray *segs;        /* of CapImportSeg */
  GPtrArray *series_uids; /* of char *: the series that they refer to */
} Sources;

static void
sources_clear(Sources *s)
{
  g_clear_pointer(&s->report, cap_dcmtk_object_free);
  g_free(s->report_name);
  g_clear_pointer(&s->segs, g_ptr_array_unref);
  g_clear_pointer(&s->series_uids, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sources, sources_clear)

static gboolean
open_source(Sources *s, const char *path, GError **error)
{
  g_autoptr(CapDcmtkObject) object = cap_dcmtk_object_read(path, error);
  if (object == NULL)
    return FALSE;
  CapDcmtkItem *root = cap_dcmtk_object_root(object);
  cap_import_note_series(root, s->series_uids);
  if (!cap_import_is_report(root)) {
    CapImportSeg *seg =
        cap_import_seg_read(g_steal_pointer(&object), path, error);
    if (seg != NULL)
      g_ptr_array_add(s->segs, seg);
    return seg != NULL;
  }
  if (s->report != NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_USAGE,
                "“%s” and “%s” are two reports: import one at a time",
                s->report_name, path);
    return FALSE;
  }
  s->report = g_steal_pointer(&object);
  s->report_name = g_strdup(path);
  return TRUE;
}

static gboolean
open_sources(Sources *s, const char *const *paths, GError **error)
{
  s->segs = g_ptr_array_new_with_free_func((GDestroyNotify)cap_import_seg_free);
  s->series_uids = g_ptr_array_new_with_free_func(g_free);
  for (int i = 0; paths[i] != NULL; i++)
    if (!open_source(s, paths[i], error))
      return FALSE;
  return TRUE;
}

/* ---- from groups to findings ---- */

static void
say(GPtrArray *remarks, const CapImportGroup *group, const char *what)
{
  g_ptr_array_add(remarks, g_strdup_printf("%s: %s", group->path, what));
}

/* The segmentation and segment of GROUP: the ones that it names, else those
 * that have its tracking UID. */
static const CapImportSeg *
find_seg(const Sources *s, const CapImportGroup *group, int *segment)
{
  for (guint i = 0; i < s->segs->len; i++) {
    const CapImportSeg *seg = s->segs->pdata[i];
    *segment = group->segment;
    if (g_str_equal(cap_import_seg_uid(seg), group->seg_uid))
      return seg;
    *segment = cap_import_seg_find(seg, group->finding->tracking_uid);
    if (*segment > 0 && *group->seg_uid == '\0')
      return seg;
  }
  return NULL;
}

static gboolean
take_mask(const Sources *s, const CapImportGroup *group,
          const CapImportPlace *place, GPtrArray *remarks, GError **error)
{
  int segment = 0;
  g_autoptr(GError) cause = NULL;
  const CapImportSeg *seg = find_seg(s, group, &segment);
  if (seg == NULL && *group->seg_uid != '\0') {
    g_autofree char *what = g_strdup_printf(
        "its mask is in the segmentation %s, which is not among the files",
        group->seg_uid);
    say(remarks, group, what);
  }
  if (seg == NULL)
    return TRUE;
  group->finding->mask = cap_import_seg_mask(seg, segment, place, &cause);
  group->finding->mask_maker = cap_import_seg_maker(seg, segment);
  if (g_error_matches(cause, CAP_ERROR, CAP_ERROR_MEMORY)) {
    g_propagate_error(error, g_steal_pointer(&cause));
    return FALSE;
  }
  if (cause != NULL)
    say(remarks, group, cause->message);
  return TRUE;
}

/* Sizes that GROUP did not tell, from MEASURED. */
static void
take_sizes(const CapImportGroup *group, const CapFinding *measured)
{
  CapFinding *f = group->finding;
  const unsigned told = group->told;
  if (!(told & CAP_TOLD_LONG_AXIS)) {
    f->long_axis_mm = measured->long_axis_mm;
    f->short_axis_mm = measured->short_axis_mm;
    memcpy(f->axes_mm, measured->axes_mm, sizeof f->axes_mm);
  }
  if (!(told & CAP_TOLD_MEAN_DIAMETER))
    f->mean_diameter_mm = (f->long_axis_mm + f->short_axis_mm) / 2;
  if (!(told & CAP_TOLD_SOLID_DIAMETER))
    f->solid_mean_diameter_mm = measured->solid_mean_diameter_mm;
  if (!(told & CAP_TOLD_VOLUME))
    f->volume_mm3 = measured->volume_mm3;
  if (!(told & CAP_TOLD_HU)) {
    f->hu_mean = measured->hu_mean;
    f->hu_sd = measured->hu_sd;
    f->hu_min = measured->hu_min;
    f->hu_max = measured->hu_max;
  }
  if (!(told & CAP_TOLD_TYPE))
    f->type = measured->type;
}

/* Where GROUP was silent: measured in its mask, else as little as is known. */
static void
complete(const CapImportGroup *group, const CapVolume *volume)
{
  CapFinding *f = group->finding;
  if (!(group->told & CAP_TOLD_CENTER))
    f->center_mm = cap_mask_center(volume, f->mask);
  for (int i = 0; i < 2; i++)
    if (!(group->told & (i == 0 ? CAP_TOLD_LONG_ENDS : CAP_TOLD_SHORT_ENDS)))
      f->axes_mm[i][0] = f->axes_mm[i][1] = f->center_mm;
  g_autoptr(CapFinding) measured = cap_finding_copy(f);
  cap_measure_finding(volume, NULL, measured);
  f->unknown = measured->unknown;
  f->source_slice = measured->source_slice;
  g_free(f->sop_uid);
  f->sop_uid = g_strdup(measured->sop_uid);
  if (group->told & CAP_TOLD_STATUS)
    return;
  f->near_gap = measured->near_gap;
  take_sizes(group, measured);
  if (!(group->told & CAP_TOLD_PROBABILITY))
    f->probability = 1; /* somebody, or something, has marked it */
}

/* Gives numbers, which are at OFFSET of each of ITEMS, to those that have none
 * yet, or one twice. */
static void
number_all(const GPtrArray *items, glong offset)
{
  g_autoptr(GHashTable) used = g_hash_table_new(NULL, NULL);
  int next = 1;
  for (guint i = 0; i < items->len; i++) {
    int *id = &G_STRUCT_MEMBER(int, items->pdata[i], offset);
    if (*id > 0 && !g_hash_table_add(used, GINT_TO_POINTER(*id)))
      *id = 0;
  }
  for (guint i = 0; i < items->len; i++) {
    int *id = &G_STRUCT_MEMBER(int, items->pdata[i], offset);
    while (*id == 0 && g_hash_table_contains(used, GINT_TO_POINTER(next)))
      next++;
    if (*id == 0)
      *id = next++;
  }
}

static gboolean
add_findings(const Sources *s, GPtrArray *groups, const CapImportPlace *place,
             CapFindings *findings, GPtrArray *remarks, GError **error)
{
  for (guint i = 0; i < groups->len; i++) {
    CapImportGroup *group = groups->pdata[i];
    if (!take_mask(s, group, place, remarks, error))
      return FALSE;
    if (!(group->told & CAP_TOLD_CENTER) && group->finding->mask == NULL) {
      say(remarks, group, N_("nothing shows where it is: it is left out"));
      continue;
    }
    complete(group, place->volume);
    g_ptr_array_add(findings->items, g_steal_pointer(&group->finding));
  }
  number_all(findings->items, G_STRUCT_OFFSET(CapFinding, id));
  return TRUE;
}

static void
move(char **to, char **from)
{
  g_free(*to);
  *to = g_steal_pointer(from);
}

static gpointer
copy_text(gconstpointer text, gpointer unused)
{
  (void)unused;
  return g_strdup(text);
}

/* What HEAD says of the search becomes FINDINGS'. */
static void
take_head(CapFindings *findings, CapFindings *head)
{
  move(&findings->algorithm, &head->algorithm);
  move(&findings->algorithm_version, &head->algorithm_version);
  move(&findings->weights_sha256, &head->weights_sha256);
  move(&findings->settings_json, &head->settings_json);
  move(&findings->reader, &head->reader);
  move(&findings->conclusion_reason, &head->conclusion_reason);
  findings->conclusion = head->conclusion;
  findings->context = head->context;
  findings->prior_scan = g_steal_pointer(&head->prior_scan);
  findings->n_candidates = head->n_candidates;
  g_ptr_array_extend(findings->notes, head->notes, copy_text, NULL);
  g_ptr_array_extend_and_steal(findings->measurements,
                               g_steal_pointer(&head->measurements));
  head->measurements =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_measurement_free);
  number_all(findings->measurements, G_STRUCT_OFFSET(CapMeasurement, id));
}

/* Where a network judged the others, a group of ours without its word is of a
 * finding that was changed since. */
static void
mark_unjudged(const CapFindings *findings, const GPtrArray *groups)
{
  for (guint i = 0; i < groups->len; i++) {
    const CapImportGroup *group = groups->pdata[i];
    group->finding->unjudged = *findings->weights_sha256 != '\0' &&
                               (group->told & CAP_TOLD_STATUS) &&
                               !(group->told & CAP_TOLD_PROBABILITY);
  }
}

static CapFindings *
read_sources(const Sources *s, const CapImportPlace *place, GPtrArray *remarks,
             GError **error)
{
  g_autoptr(CapFindings) findings = cap_findings_new(place->volume);
  g_autoptr(CapImportDocument) document =
      s->report ? cap_import_document_read(s->report, s->report_name, place,
                                           remarks, error)
                : cap_import_document_of_segs(s->segs, remarks);
  if (document == NULL)
    return NULL;
  for (guint i = 0; document->verified && i < document->groups->len; i++) {
    CapImportGroup *group = document->groups->pdata[i];
    if (!(group->told & CAP_TOLD_STATUS))
      group->finding->status = CAP_STATUS_ACCEPTED;
  }
  take_head(findings, document->head);
  mark_unjudged(findings, document->groups);
  if (!add_findings(s, document->groups, place, findings, remarks, error))
    return NULL;
  findings->n_candidates =
      MAX(findings->n_candidates, (int)findings->items->len);
  return g_steal_pointer(&findings);
}

CapFindings *
cap_import_read(const char *const *paths, const CapImportPlace *place,
                GPtrArray *remarks, GError **error)
{
  g_auto(Sources) sources = {0};
  if (!open_sources(&sources, paths, error))
    return NULL;
  return read_sources(&sources, place, remarks, error);
}

/* ---- with the series ---- */

/* The series that SOURCES refer to; without one that they name, or with
 * SERIES_UID, as cap_series_choose does. */
static const CapSeries *
choose_series(const CapSeriesList *list, const Sources *s,
              const char *series_uid, const char *series_path, GError **error)
{
  if (series_uid != NULL || s->series_uids->len == 0)
    return cap_series_choose(list, series_uid, error);
  for (guint i = 0; i < list->series->len; i++) {
    const CapSeries *series = list->series->pdata[i];
    if (g_ptr_array_find_with_equal_func(
            s->series_uids, series->source->series_uid, g_str_equal, NULL))
      return series;
  }
  g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
              "“%s” does not have the series %s that is reported on; say where "
              "that is, or choose another with --series-uid",
              series_path, (char *)s->series_uids->pdata[0]);
  return NULL;
}

CapImport *
cap_import_load(const char *const *paths, const char *series_path,
                const char *series_uid, const CapProgress *progress,
                GError **error)
{
  g_auto(Sources) sources = {0};
  if (!open_sources(&sources, paths, error))
    return NULL;
  g_autoptr(CapSeriesList) list = cap_series_scan(series_path, progress, error);
  const CapSeries *series =
      list ? choose_series(list, &sources, series_uid, series_path, error)
           : NULL;
  if (series == NULL)
    return NULL;
  g_autoptr(CapImport) import = g_new0(CapImport, 1);
  import->remarks = g_ptr_array_new_with_free_func(g_free);
  import->volume = cap_series_load(series, NULL, progress, error);
  if (import->volume == NULL)
    return NULL;
  g_autoptr(GPtrArray) images = cap_report_images(series, import->volume);
  const CapImportPlace place = {import->volume, images};
  import->findings = read_sources(&sources, &place, import->remarks, error);
  return import->findings ? g_steal_pointer(&import) : NULL;
}

void
cap_import_free(CapImport *import)
{
  if (import == NULL)
    return;
  cap_volume_free(import->volume);
  cap_findings_free(import->findings);
  g_clear_pointer(&import->remarks, g_ptr_array_unref);
  g_free(import);
}
