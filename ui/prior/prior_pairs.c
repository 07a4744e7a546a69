/* CapPriorPairs: see prior_pairs.h. */
#include "ui/prior/prior_pairs.h"

#include "core/language.h"
#include "core/measure/prior.h"
#include "io/review/review_commands.h"

#include <stdio.h>
#include <string.h>

/* How the log has a choice, and its word for none: pairing decides again. */
#define CHOICE_FORMAT "pair %d=%d"
#define RELEASED (-1)

struct _CapPriorPairs {
  GObject parent;
  CapPriorAlignment *alignment;
  gboolean was_detecting[2]; /* the present scan, the earlier one */
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(CapPriorPairs, cap_prior_pairs, G_TYPE_OBJECT)

CapPriorStudy *
cap_prior_pairs_prior(CapPriorPairs *self)
{
  return cap_prior_alignment_prior(self->alignment);
}

CapPriorAlignment *
cap_prior_pairs_alignment(CapPriorPairs *self)
{
  return self->alignment;
}

static CapSession *
current_of(CapPriorPairs *self)
{
  return cap_prior_study_current(cap_prior_pairs_prior(self));
}

static CapSession *
prior_of(CapPriorPairs *self)
{
  return cap_prior_study_session(cap_prior_pairs_prior(self));
}

static const CapFindings *
earlier_findings(CapPriorPairs *self)
{
  return cap_session_findings(prior_of(self));
}

/* ---- making pairs ---- */

gboolean
cap_prior_pairs_lacks_search(CapPriorPairs *self)
{
  const CapFindings *then = earlier_findings(self);
  return cap_prior_study_is_shown(cap_prior_pairs_prior(self)) &&
         cap_session_is_complete(prior_of(self)) &&
         (then == NULL ||
          (then->items->len == 0 && cap_session_result(prior_of(self), NULL) !=
                                        CAP_RESULT_NOTHING_FOUND));
}

const char *
cap_prior_pairs_obstacle(CapPriorPairs *self)
{
  const CapFindings *now = cap_session_findings(current_of(self));
  if (!cap_prior_study_is_shown(cap_prior_pairs_prior(self)) ||
      !cap_session_is_complete(prior_of(self)) ||
      !cap_session_is_complete(current_of(self)))
    return _("The earlier scan is not read yet.");
  if (cap_session_detecting(prior_of(self)))
    return _("Nodules of the earlier scan are being looked for.");
  if (cap_session_result(prior_of(self), NULL) == CAP_RESULT_NOT_EVALUABLE)
    return _("The earlier scan could not be evaluated: there is nothing to "
             "pair with.");
  if (cap_prior_pairs_lacks_search(self))
    return _("Nobody has looked for nodules in the earlier scan: there is "
             "nothing to pair with.");
  if (now == NULL || now->items->len == 0)
    return _("There are no findings in the present scan to pair.");
  return NULL;
}

/* A copy of the session's findings that can be changed. */
static CapFindings *
copy_of(const CapFindings *findings)
{
  CapFindings *copy = cap_findings_copy_head(findings);
  for (guint i = 0; i < findings->items->len; i++)
    g_ptr_array_add(copy->items, cap_finding_copy(findings->items->pdata[i]));
  return copy;
}

/* What the log keeps of how pairs were made; CHOICE, if any, is the reader's
 * last word. */
static char *
note_of(CapPriorPairs *self, const CapPairChoice *choice)
{
  const CapAlignment now = cap_prior_alignment_now(self->alignment);
  const CapPriorMap *map = cap_prior_study_map(cap_prior_pairs_prior(self));
  const CapTransform *t = &now.to_prior;
  const double numbers[] = {t->m[0][0], t->m[0][1], t->m[0][2], t->t.x,
                            t->m[1][0], t->m[1][1], t->m[1][2], t->t.y,
                            t->m[2][0], t->m[2][1], t->m[2][2], t->t.z};
  g_autoptr(GString) note = g_string_new(NULL);
  if (choice != NULL)
    g_string_printf(note, CHOICE_FORMAT "; ", choice->current, choice->prior);
  g_string_append_printf(note, "prior series %s; map (%s)",
                         cap_session_source(prior_of(self))->series_uid,
                         cap_prior_map_name(map->kind));
  for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append_printf(
        note, " %s", g_ascii_formatd(text, sizeof text, "%.6f", numbers[i]));
  }
  if (cap_prior_study_alarms(cap_prior_pairs_prior(self))->len > 0)
    g_string_append(note, "; against the alarm");
  return g_strdup(note->str);
}

/* What it notes goes into files. */
static void
compare(CapFindings *findings, const CapComparison *comparison)
{
  CAP_LANGUAGE_ENGLISH;
  g_array_unref(cap_prior_compare(findings, comparison));
}

/* Pairs, with CHOICE (may be NULL) before those of CHOICES. */
static gboolean
pair(CapPriorPairs *self, CapAct act, const CapPairChoice *choice,
     const GArray *choices)
{
  CapSession *session = current_of(self);
  const CapAlignment alignment = cap_prior_alignment_now(self->alignment);
  g_autoptr(CapFindings) compared = copy_of(cap_session_findings(session));
  const CapComparison comparison = {
      .current_volume = cap_session_volume(session),
      .prior_volume = cap_session_volume(prior_of(self)),
      .prior = earlier_findings(self),
      .alignment = &alignment,
      .choices = choices};
  compare(compared, &comparison);
  g_autofree char *note = note_of(self, choice);
  g_autoptr(GError) error = NULL;
  return cap_session_acted(session,
                           cap_review_set_priors(cap_session_review(session),
                                                 act, note, compared, &error),
                           error);
}

/* ---- the reader's choices ---- */

/* The review says so still: what was undone does not count. */
static gboolean
holds(CapPriorPairs *self, const CapPairChoice *choice)
{
  const CapReview *review = cap_session_review(current_of(self));
  const CapFinding *f =
      review != NULL ? cap_review_finding(review, choice->current) : NULL;
  if (f == NULL)
    return FALSE;
  return choice->prior > 0
             ? f->prior.state == CAP_PRIOR_MATCHED &&
                   f->prior.id == choice->prior &&
                   cap_prior_pairs_earlier(self, choice->prior) != NULL
             : f->prior.state == CAP_PRIOR_NEW;
}

static void
forget_choice(GArray *choices, int current, int prior)
{
  for (guint i = choices->len; i-- > 0;) {
    const CapPairChoice *choice = &g_array_index(choices, CapPairChoice, i);
    if (choice->current == current || (prior > 0 && choice->prior == prior))
      g_array_remove_index(choices, i);
  }
}

/* What the reader has said of pairs with this earlier scan, as the log has it
 * and the findings bear out. Caller unrefs. */
static GArray *
choices_now(CapPriorPairs *self)
{
  GArray *choices = g_array_new(FALSE, FALSE, sizeof(CapPairChoice));
  const CapReview *review = cap_session_review(current_of(self));
  if (review == NULL || !cap_prior_pairs_are_made(self))
    return choices;
  g_autofree char *series = g_strdup_printf(
      "; prior series %s;", cap_session_source(prior_of(self))->series_uid);
  g_autoptr(GPtrArray) notes = cap_review_notes(review, CAP_ACT_PAIRED);
  for (guint i = 0; i < notes->len; i++) {
    CapPairChoice choice;
    if (sscanf(notes->pdata[i], CHOICE_FORMAT, &choice.current,
               &choice.prior) != 2 ||
        strstr(notes->pdata[i], series) == NULL)
      continue;
    forget_choice(choices, choice.current, choice.prior);
    if (choice.prior != RELEASED && holds(self, &choice))
      g_array_append_val(choices, choice);
  }
  return choices;
}

gboolean
cap_prior_pairs_is_chosen(CapPriorPairs *self, int current)
{
  g_autoptr(GArray) choices = choices_now(self);
  for (guint i = 0; i < choices->len; i++)
    if (g_array_index(choices, CapPairChoice, i).current == current)
      return TRUE;
  return FALSE;
}

gboolean
cap_prior_pairs_make(CapPriorPairs *self)
{
  if (cap_prior_pairs_obstacle(self) != NULL)
    return FALSE;
  g_autoptr(GArray) choices = choices_now(self);
  return pair(self, CAP_ACT_COMPARED, NULL, choices);
}

gboolean
cap_prior_pairs_choose(CapPriorPairs *self, int current, int prior)
{
  if (cap_prior_pairs_obstacle(self) != NULL)
    return FALSE;
  const CapPairChoice choice = {current, prior};
  g_autoptr(GArray) choices = choices_now(self);
  forget_choice(choices, current, prior); /* the last word counts */
  if (prior != RELEASED)
    g_array_append_val(choices, choice);
  return pair(self, CAP_ACT_PAIRED, &choice, choices);
}

gboolean
cap_prior_pairs_release(CapPriorPairs *self, int current)
{
  return cap_prior_pairs_choose(self, current, RELEASED);
}

/* ---- what there is ---- */

gboolean
cap_prior_pairs_are_made(CapPriorPairs *self)
{
  const CapFindings *now = cap_session_findings(current_of(self));
  const CapSource *then = cap_session_source(prior_of(self));
  return now != NULL && then != NULL && now->prior_scan != NULL &&
         g_str_equal(now->prior_scan->series_uid, then->series_uid);
}

const CapFinding *
cap_prior_pairs_earlier(CapPriorPairs *self, int id)
{
  const CapReview *review = cap_session_review(prior_of(self));
  return review != NULL ? cap_review_finding(review, id) : NULL;
}

const CapFinding *
cap_prior_pairs_partner(CapPriorPairs *self, int id)
{
  const CapFindings *now = cap_session_findings(current_of(self));
  for (guint i = 0; now != NULL && i < now->items->len; i++) {
    const CapFinding *finding = now->items->pdata[i];
    if (finding->prior.state == CAP_PRIOR_MATCHED && finding->prior.id == id)
      return finding;
  }
  return NULL;
}

void
cap_prior_pairs_count(CapPriorPairs *self, int *matched, int *fresh, int *gone)
{
  const CapFindings *now = cap_session_findings(current_of(self));
  const CapFindings *then = earlier_findings(self);
  *matched = *fresh = *gone = 0;
  for (guint i = 0; now != NULL && i < now->items->len; i++) {
    const CapFinding *finding = now->items->pdata[i];
    *matched += finding->prior.state == CAP_PRIOR_MATCHED;
    *fresh += finding->prior.state == CAP_PRIOR_NEW;
  }
  for (guint i = 0; then != NULL && i < then->items->len; i++) {
    const CapFinding *finding = then->items->pdata[i];
    *gone += finding->status != CAP_STATUS_REJECTED &&
             cap_prior_pairs_partner(self, finding->id) == NULL;
  }
}

/* ---- by itself ---- */

static void
changed(CapPriorPairs *self)
{
  g_signal_emit(self, signals[CHANGED], 0);
}

static void
make(CapPriorPairs *self)
{
  cap_prior_pairs_make(self);
  changed(self);
}

/* A search has ended on either side: its findings have no pairs yet. */
static void
on_detecting(CapPriorPairs *self, int side, CapSession *session)
{
  const gboolean detecting = cap_session_detecting(session);
  const gboolean ended = self->was_detecting[side] && !detecting;
  self->was_detecting[side] = detecting;
  changed(self);
  if (ended && cap_prior_alignment_is_accepted(self->alignment))
    make(self);
}

static gboolean
after_detection(gpointer data)
{
  CapPriorPairs *self = data;
  on_detecting(self, 0, current_of(self));
  on_detecting(self, 1, prior_of(self));
  return G_SOURCE_REMOVE;
}

/* Whoever ends a search puts its findings into the session after saying so. */
static void
on_detecting_notify(CapPriorPairs *self)
{
  self->was_detecting[0] |= cap_session_detecting(current_of(self));
  self->was_detecting[1] |= cap_session_detecting(prior_of(self));
  g_idle_add_full(G_PRIORITY_DEFAULT, after_detection, g_object_ref(self),
                  g_object_unref);
}

static void
dispose(GObject *object)
{
  g_clear_object(&CAP_PRIOR_PAIRS(object)->alignment);
  G_OBJECT_CLASS(cap_prior_pairs_parent_class)->dispose(object);
}

static void
cap_prior_pairs_class_init(CapPriorPairsClass *klass)
{
  G_OBJECT_CLASS(klass)->dispose = dispose;
  signals[CHANGED] =
      g_signal_new("changed", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0,
                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cap_prior_pairs_init(CapPriorPairs *self)
{
}

CapPriorPairs *
cap_prior_pairs_new(CapSession *current)
{
  CapPriorPairs *self = g_object_new(CAP_TYPE_PRIOR_PAIRS, NULL);
  g_autoptr(CapPriorStudy) prior = cap_prior_study_new(current);
  CapPriorAlignment *alignment = cap_prior_alignment_new(prior);
  self->alignment = alignment;
  const struct {
    gpointer object;
    const char *signal;
    GCallback callback;
  } handlers[] = {
      {alignment, "accepted", G_CALLBACK(make)},
      {alignment, "changed", G_CALLBACK(changed)},
      {current_of(self), "findings-state", G_CALLBACK(changed)},
      {current_of(self), "notify::detecting", G_CALLBACK(on_detecting_notify)},
      {prior_of(self), "findings-state", G_CALLBACK(changed)},
      {prior_of(self), "notify::detecting", G_CALLBACK(on_detecting_notify)},
      {cap_prior_alignment_prior(alignment), "notify::shown",
       G_CALLBACK(changed)},
  };
  for (guint i = 0; i < G_N_ELEMENTS(handlers); i++)
    g_signal_connect_object(handlers[i].object, handlers[i].signal,
                            handlers[i].callback, self, G_CONNECT_SWAPPED);
  return self;
}
