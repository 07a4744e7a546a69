/* CapFindingItem: see finding_item.h. */
#include "ui/session/finding_item.h"

#include "core/image/unit.h"
#include "core/language.h"

/* Between these nodule probabilities the network has not made up its mind. */
#define UNDECIDED_LOW 0.35
#define UNDECIDED_HIGH 0.65

struct _CapFindingItem {
  GObject parent;
  CapFinding *finding;
  char *category, *growth;
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE(CapFindingItem, cap_finding_item, G_TYPE_OBJECT)

static void
finalize(GObject *object)
{
  CapFindingItem *item = CAP_FINDING_ITEM(object);
  cap_finding_free(item->finding);
  g_free(item->category);
  g_free(item->growth);
  G_OBJECT_CLASS(cap_finding_item_parent_class)->finalize(object);
}

static void
cap_finding_item_class_init(CapFindingItemClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS(klass);
  object->finalize = finalize;
  changed_signal =
      g_signal_new("changed", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0,
                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cap_finding_item_init(CapFindingItem *item)
{
  item->category = g_strdup("");
  item->growth = g_strdup("");
}

CapFindingItem *
cap_finding_item_new(CapFinding *finding)
{
  CapFindingItem *item = g_object_new(CAP_TYPE_FINDING_ITEM, NULL);
  item->finding = finding;
  return item;
}

const CapFinding *
cap_finding_item_get(CapFindingItem *item)
{
  return item->finding;
}

CapStatus
cap_finding_item_status(CapFindingItem *item)
{
  return item->finding->status;
}

void
cap_finding_item_set(CapFindingItem *item, CapFinding *finding)
{
  cap_finding_free(item->finding);
  item->finding = finding;
  g_signal_emit(item, changed_signal, 0);
}

void
cap_finding_item_set_notes(CapFindingItem *item, const char *category,
                           const char *growth)
{
  if (g_str_equal(item->category, category) &&
      g_str_equal(item->growth, growth))
    return;
  g_free(item->category);
  g_free(item->growth);
  item->category = g_strdup(category);
  item->growth = g_strdup(growth);
  g_signal_emit(item, changed_signal, 0);
}

const char *
cap_finding_item_category(CapFindingItem *item)
{
  return item->category;
}

const char *
cap_finding_item_growth(CapFindingItem *item)
{
  return item->growth;
}

/* Rows: CapSide; columns: CapLobe. */
static const char *const sites[3][4] = {
    {N_("Site unknown"), N_("Upper lobe"), N_("Middle lobe"), N_("Lower lobe")},
    {N_("Right lung"), N_("Right upper lobe"), N_("Right middle lobe"),
     N_("Right lower lobe")},
    {N_("Left lung"), N_("Left upper lobe"), N_("Left lung"),
     N_("Left lower lobe")},
};
static const char *const short_sites[3][4] = {
    {"–", N_("UL"), N_("ML"), N_("LL")},
    {N_("R"), N_("RUL"), N_("RML"), N_("RLL")},
    {N_("L"), N_("LUL"), N_("L"), N_("LLL")},
};

const char *
cap_finding_item_site(CapFindingItem *item)
{
  return _(sites[item->finding->side][item->finding->lobe]);
}

const char *
cap_finding_item_site_short(CapFindingItem *item)
{
  return _(short_sites[item->finding->side][item->finding->lobe]);
}

char *
cap_finding_item_probability(CapFindingItem *item)
{
  return item->finding->unjudged
             ? g_strdup("–")
             : g_strdup_printf("%.2f", item->finding->probability);
}

char *
cap_finding_item_describe(CapFindingItem *item)
{
  const CapFinding *f = item->finding;
  g_autofree char *probability = cap_finding_item_probability(item);
  g_autoptr(GString) text = g_string_new(NULL);
  g_string_printf(text,
                  _("Finding %d, %s, %s, mean diameter %.1f %s, nodule "
                    "probability %s, %s"),
                  f->id, cap_finding_item_site(item),
                  _(cap_nodule_type_name(f->type)), f->mean_diameter_mm,
                  cap_unit_length(f->unknown), probability,
                  _(cap_status_name(f->status)));
  if (!f->unjudged)
    g_string_append_printf(text, _(", malignancy %.2f"),
                           f->malignancy_probability);
  if (*item->category != '\0')
    g_string_append_printf(text, ", Lung-RADS %s", item->category);
  if (*item->growth != '\0')
    g_string_append_printf(text, _(", volume %s"), item->growth);
  return g_strdup(text->str);
}

gboolean
cap_finding_item_is_undecided(CapFindingItem *item)
{
  const double p = item->finding->probability;
  return p > UNDECIDED_LOW && p < UNDECIDED_HIGH;
}

gboolean
cap_finding_item_is_doubtful(CapFindingItem *item)
{
  const CapFinding *f = item->finding;
  return f->near_gap || cap_finding_is_doubted(f) ||
         cap_finding_item_is_undecided(item);
}
