/* CapPriorSection: see prior_section.h. */
#include "ui/prior/prior_section.h"

#include "core/date.h"
#include "core/language.h"
#include "core/measure/prior.h"
#include "io/report/words_prior.h"
#include "ui/follow.h"
#include "ui/label.h"

typedef struct {
  CapPriorPairs *pairs; /* borrowed */
  GtkWidget *box, *was, *change, *verdict, *row, *choice;
  GArray
      *offered; /* of int: earlier findings by the rows of CHOICE after two */
  gboolean filling;
  guint choosing; /* the idle source that carries out a choice */
} Section;

/* The rows of the choice before those of findings. */
enum { AUTOMATIC, NEW, FIRST_FINDING };

static CapSession *
session_of(const Section *section)
{
  return cap_prior_study_current(cap_prior_pairs_prior(section->pairs));
}

/* ---- filling ---- */

static char *
was_text(CapSession *session, const CapFinding *f)
{
  const CapPriorScan *scan = cap_session_findings(session)->prior_scan;
  const CapPrior *then = &f->prior;
  g_autofree char *date = cap_date_text(scan != NULL ? scan->date : "");
  const char *day = *date != '\0' ? date : _("earlier");
  if (then->state == CAP_PRIOR_NEW)
    return g_strdup_printf(_("Not there on the scan of %s."), day);
  return g_strdup_printf(_("%s, finding %d: %s, mean %.1f mm, %.0f mm³"), day,
                         then->id, _(cap_nodule_type_name(then->type)),
                         then->mean_diameter_mm, then->volume_mm3);
}

/* What the interval says, in a word. */
static const char *
verdict_text(const CapFinding *f)
{
  CapGrowth growth;
  if (f->prior.state == CAP_PRIOR_NEW)
    return _("New.");
  if (!cap_prior_growth(f, &growth))
    return _(
        "Without dates and volumes of both scans there is no growth rate.");
  if (growth.grows)
    return _("It has grown: more than measuring can be wrong by.");
  if (growth.shrinks)
    return _("It has shrunk: more than measuring can be wrong by.");
  return _("No growth that measuring could tell.");
}

static void
offer(Section *section, GtkStringList *names, const CapFinding *earlier)
{
  g_autofree char *name = g_strdup_printf(
      _("%d: %s, %.1f mm"), earlier->id, _(cap_nodule_type_name(earlier->type)),
      earlier->mean_diameter_mm);
  gtk_string_list_append(names, name);
  g_array_append_val(section->offered, earlier->id);
}

static void
fill_choice(Section *section, const CapFinding *f)
{
  const CapFindings *then = cap_session_findings(
      cap_prior_study_session(cap_prior_pairs_prior(section->pairs)));
  const gboolean own = cap_prior_pairs_is_chosen(section->pairs, f->id);
  g_autoptr(GtkStringList) names = gtk_string_list_new(NULL);
  gtk_string_list_append(names, own ? _("By itself") : _("Paired by itself"));
  gtk_string_list_append(names, _("New: not on the earlier scan"));
  g_array_set_size(section->offered, 0);
  guint chosen = own ? NEW : AUTOMATIC;
  for (guint i = 0; then != NULL && i < then->items->len; i++) {
    const CapFinding *earlier = then->items->pdata[i];
    if (earlier->status == CAP_STATUS_REJECTED)
      continue;
    offer(section, names, earlier);
    if (own && f->prior.state == CAP_PRIOR_MATCHED &&
        earlier->id == f->prior.id)
      chosen = FIRST_FINDING + section->offered->len - 1;
  }
  gtk_drop_down_set_model(GTK_DROP_DOWN(section->choice), G_LIST_MODEL(names));
  gtk_drop_down_set_selected(GTK_DROP_DOWN(section->choice), chosen);
}

static void
update(Section *section)
{
  CapSession *session = session_of(section);
  CapFindingItem *item = cap_session_selected(session);
  const CapFinding *f = item != NULL ? cap_finding_item_get(item) : NULL;
  const gboolean compared = f != NULL && f->prior.state != CAP_PRIOR_NONE;
  const gboolean open =
      cap_prior_study_is_shown(cap_prior_pairs_prior(section->pairs));
  const char *obstacle = cap_prior_pairs_obstacle(section->pairs);
  gtk_widget_set_visible(section->box, f != NULL && (compared || open));
  if (f == NULL || (!compared && !open))
    return;
  g_autofree char *was =
      compared           ? was_text(session, f)
      : obstacle != NULL ? g_strdup(obstacle)
      : f->status == CAP_STATUS_REJECTED
          ? g_strdup(_("It is rejected, and not compared."))
          : g_strdup(_("Not compared yet, or the earlier scan does not reach "
                       "it."));
  g_autofree char *change = compared ? cap_words_change(f) : g_strdup("");
  gtk_label_set_text(GTK_LABEL(section->was), was);
  gtk_label_set_text(GTK_LABEL(section->change), change);
  gtk_widget_set_visible(section->change,
                         compared && f->prior.state == CAP_PRIOR_MATCHED);
  gtk_label_set_text(GTK_LABEL(section->verdict),
                     compared ? verdict_text(f) : "");
  gtk_widget_set_visible(section->verdict, compared);
  gtk_widget_set_visible(section->row, open && obstacle == NULL &&
                                           f->status != CAP_STATUS_REJECTED);
  section->filling = TRUE;
  fill_choice(section, f);
  section->filling = FALSE;
}

static gboolean
choose(gpointer data)
{
  Section *section = data;
  CapFindingItem *item = cap_session_selected(session_of(section));
  const guint row = gtk_drop_down_get_selected(GTK_DROP_DOWN(section->choice));
  section->choosing = 0;
  if (item == NULL || row == GTK_INVALID_LIST_POSITION)
    return G_SOURCE_REMOVE;
  const int id = cap_finding_item_get(item)->id;
  if (row == AUTOMATIC)
    cap_prior_pairs_release(section->pairs, id);
  else if (row == NEW)
    cap_prior_pairs_choose(section->pairs, id, 0);
  else if (row - FIRST_FINDING < section->offered->len)
    cap_prior_pairs_choose(
        section->pairs, id,
        g_array_index(section->offered, int, row - FIRST_FINDING));
  return G_SOURCE_REMOVE;
}

/* Later, as it gives the list, which is telling of the choice now, other rows.
 */
static void
on_choice(Section *section)
{
  if (!section->filling && section->choosing == 0)
    section->choosing = g_idle_add(choose, section);
}

/* ---- construction ---- */

static void
section_free(gpointer data)
{
  Section *section = data;
  g_clear_handle_id(&section->choosing, g_source_remove);
  g_array_unref(section->offered);
  g_free(section);
}

static void
follow(Section *section, gpointer object, const char *signal)
{
  cap_follow(section->box, object, signal, G_CALLBACK(update), section);
}

GtkWidget *
cap_prior_section_new(CapPriorPairs *pairs)
{
  Section *section = g_new0(Section, 1);
  section->pairs = pairs;
  section->offered = g_array_new(FALSE, FALSE, sizeof(int));
  section->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
  section->was = cap_label_wrapped_new("", NULL, 40);
  section->change = cap_label_wrapped_new("", "guideline-verdict", 40);
  section->verdict = cap_label_wrapped_new("", "quiet", 40);
  section->row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
  section->choice = gtk_drop_down_new(NULL, NULL);
  gtk_widget_set_hexpand(section->choice, TRUE);
  gtk_accessible_update_property(GTK_ACCESSIBLE(section->choice),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, _("Pair with"),
                                 -1);
  g_signal_connect_swapped(section->choice, "notify::selected",
                           G_CALLBACK(on_choice), section);
  gtk_box_append(GTK_BOX(section->row),
                 cap_label_wrapped_new(_("Pair with"), "quiet", 40));
  gtk_box_append(GTK_BOX(section->row), section->choice);
  GtkWidget *const parts[] = {
      cap_label_wrapped_new(_("Earlier scan"), "section-title", 40),
      section->was, section->change, section->verdict, section->row};
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
    gtk_box_append(GTK_BOX(section->box), parts[i]);
  g_object_set_data_full(G_OBJECT(section->box), "cap-prior-section", section,
                         section_free);
  follow(section, pairs, "changed");
  follow(section, session_of(section), "notify::selected");
  follow(section, session_of(section), "marks-changed");
  update(section);
  return section->box;
}
