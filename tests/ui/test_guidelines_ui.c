/* Guidelines in the viewer: verdicts follow the context and the reader, and
 * what goes to the clipboard is what is shown. */
#include "tests/support/ui.h"
#include "ui/findings/context_popover.h"
#include "ui/findings/guideline_section.h"
#include "ui/findings/override_popover.h"
#include "ui/session/session_guidelines.h"

#include <string.h>

static CapSession *session;
static CapGuidelineSection *section;

static void
show_section(void)
{
  cap_ui_setup();
  session = cap_ui_session();
  section = CAP_GUIDELINE_SECTION(cap_guideline_section_new(session));
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append(GTK_BOX(box), GTK_WIDGET(section));
  cap_ui_show(box, 360, 700);
}

static void
select_first(void)
{
  cap_session_set_findings(session,
                           cap_ui_findings(cap_session_volume(session), 3));
  cap_session_select_step(session, 1);
}

static const char *
verdict(CapGuideline guideline)
{
  return cap_guideline_section_verdict(section, guideline);
}

START_TEST(nothing_selected_shows_nothing)
{
  ck_assert(!gtk_widget_get_visible(GTK_WIDGET(section)));
  select_first();
  ck_assert(gtk_widget_get_visible(GTK_WIDGET(section)));
  cap_session_select(session, NULL, FALSE);
  ck_assert(!gtk_widget_get_visible(GTK_WIDGET(section)));
}
END_TEST

START_TEST(verdicts_follow_the_context)
{
  select_first();
  ck_assert_ptr_nonnull(strstr(verdict(CAP_BROCK), "none: age"));
  CapPatientContext context = {
      .age_years = 67, .sex = CAP_SEX_FEMALE, .setting = CAP_SETTING_SCREENING};
  cap_session_set_context(session, &context);
  ck_assert_ptr_nonnull(strstr(verdict(CAP_BROCK), " %"));
  ck_assert_ptr_nonnull(strstr(verdict(CAP_FLEISCHNER), "none: for nodules"));
  ck_assert_int_eq(verdict(CAP_LUNGRADS)[0], '4');
  ck_assert_ptr_nonnull(
      strstr(cap_guideline_section_exam(section), "Lung-RADS v2022: 4"));
  context.setting = CAP_SETTING_INCIDENTAL;
  cap_session_set_context(session, &context);
  ck_assert_ptr_nonnull(strstr(verdict(CAP_LUNGRADS), "none: for screening"));
  ck_assert_ptr_null(strstr(cap_guideline_section_exam(section), "Lung-RADS"));
}
END_TEST

/* A new detection of the same scan keeps what was said of the patient. */
START_TEST(context_outlives_a_detection)
{
  select_first();
  const CapPatientContext context = {.age_years = 67};
  cap_session_set_context(session, &context);
  select_first();
  ck_assert_int_eq(cap_session_context(session).age_years, 67);
}
END_TEST

START_TEST(readers_category_needs_no_rule)
{
  select_first();
  cap_session_set_override(session, CAP_LUNGRADS, "2", "known scar");
  ck_assert_ptr_eq(strstr(verdict(CAP_LUNGRADS), "2, benign (reader;"),
                   verdict(CAP_LUNGRADS));
  const CapOverride *own = cap_finding_item_get(cap_session_selected(session))
                               ->overrides[CAP_LUNGRADS];
  ck_assert_str_eq(own->reason, "known scar");
  ck_assert(*own->by != '\0' && *own->at != '\0');
  cap_session_set_override(session, CAP_LUNGRADS, NULL, NULL);
  ck_assert_ptr_null(strstr(verdict(CAP_LUNGRADS), "reader"));
}
END_TEST

static char *
copied(const char *action)
{
  gtk_widget_activate_action(GTK_WIDGET(section), action, NULL);
  return cap_ui_clipboard(GTK_WIDGET(section));
}

START_TEST(paragraphs_go_to_the_clipboard)
{
  select_first();
  g_autofree char *one = copied("guidelines.copy-finding");
  ck_assert_ptr_eq(strstr(one, "Finding 1: "), one);
  ck_assert_ptr_nonnull(strstr(one, verdict(CAP_LUNGRADS)));
  g_autofree char *exam = copied("guidelines.copy-exam");
  ck_assert_ptr_nonnull(strstr(exam, "Finding 3: "));
  ck_assert_ptr_nonnull(strstr(exam, "Lung-RADS v2022: "));
  ck_assert_ptr_null(strstr(exam, "Not yet reviewed"));
  const int n = (int)g_list_model_get_n_items(cap_session_all_items(session));
  cap_session_set_status(session, CAP_STATUS_UNCERTAIN);
  g_autofree char *row = g_strdup_printf(
      "Not yet reviewed: %d findings, which do not count here", n - 1);
  g_autofree char *more = copied("guidelines.copy-exam");
  const char *shown = cap_guideline_section_exam(section);
  ck_assert_msg(strstr(more, row) != NULL, "no %s in %s", row, more);
  ck_assert_msg(strstr(shown, row) != NULL, "no %s in %s", row, shown);
}
END_TEST

/* Their names for screen readers cannot be asked for: by order instead. */
static GtkWidget *
nth(GtkWidget *widget, GType type, guint n)
{
  g_autoptr(GPtrArray) all = cap_ui_find_all(widget, type);
  ck_assert_uint_lt(n, all->len);
  return all->pdata[n];
}

START_TEST(answers_in_the_popover_count_at_once)
{
  select_first();
  GtkWidget *popover = nth(GTK_WIDGET(section), CAP_TYPE_CONTEXT_POPOVER, 0);
  ck_assert_ptr_nonnull(popover);
  GtkWidget *age = nth(popover, GTK_TYPE_SPIN_BUTTON, 0);
  gtk_spin_button_set_value(GTK_SPIN_BUTTON(age), 71);
  ck_assert_int_eq(cap_session_context(session).age_years, 71);
  GtkWidget *sex = nth(popover, GTK_TYPE_DROP_DOWN, 0);
  gtk_drop_down_set_selected(GTK_DROP_DOWN(sex), CAP_SEX_FEMALE);
  ck_assert_int_eq(cap_session_context(session).sex, CAP_SEX_FEMALE);
  ck_assert_ptr_nonnull(strstr(verdict(CAP_BROCK), " %"));
}
END_TEST

START_TEST(a_category_is_not_taken_without_a_reason)
{
  select_first();
  GtkWidget *popover = nth(GTK_WIDGET(section), CAP_TYPE_OVERRIDE_POPOVER, 0);
  GtkWidget *reason = nth(popover, GTK_TYPE_ENTRY, 0);
  GtkWidget *category = nth(popover, GTK_TYPE_DROP_DOWN, 0);
  gtk_drop_down_set_selected(GTK_DROP_DOWN(category), 6); /* 4X */
  gtk_editable_set_text(GTK_EDITABLE(reason), "  ");
  g_signal_emit_by_name(reason, "activate");
  ck_assert_ptr_null(strstr(verdict(CAP_LUNGRADS), "reader"));
  gtk_editable_set_text(GTK_EDITABLE(reason), "pleural tag");
  g_signal_emit_by_name(reason, "activate");
  ck_assert_ptr_eq(strstr(verdict(CAP_LUNGRADS), "4X, "),
                   verdict(CAP_LUNGRADS));
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("guidelines_ui");
  TCase *tests = tcase_create("section");
  tcase_add_checked_fixture(tests, show_section, NULL);
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, nothing_selected_shows_nothing);
  tcase_add_test(tests, verdicts_follow_the_context);
  tcase_add_test(tests, context_outlives_a_detection);
  tcase_add_test(tests, readers_category_needs_no_rule);
  tcase_add_test(tests, paragraphs_go_to_the_clipboard);
  tcase_add_test(tests, answers_in_the_popover_count_at_once);
  tcase_add_test(tests, a_category_is_not_taken_without_a_reason);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
