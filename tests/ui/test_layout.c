/* Text of twice its size fits a small screen in every state of the viewer.
 */
#include "tests/support/viewer_states.h"

#include <stdio.h>

static CapPriorWindow w;

/* The widest part of WIDGET, of which the widest part, …: who needs the room.
 */
static void
print_widest(GtkWidget *widget)
{
  while (widget != NULL) {
    GtkWidget *widest = NULL;
    int most = 0, width;
    for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
         child = gtk_widget_get_next_sibling(child)) {
      gtk_widget_measure(child, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL,
                         NULL, NULL);
      if (width > most) {
        most = width;
        widest = child;
      }
    }
    if (widest != NULL)
      printf("# %s %d\n", G_OBJECT_TYPE_NAME(widest), most);
    widget = widest;
  }
  fflush(stdout);
}

static void
assert_fits(GtkWidget *widget, const char *what)
{
  int width, height;
  gtk_widget_measure(widget, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL,
                     NULL);
  gtk_widget_measure(widget, GTK_ORIENTATION_VERTICAL, -1, &height, NULL, NULL,
                     NULL);
  if (width > 1280)
    print_widest(widget);
  ck_assert_msg(width <= 1280 && height <= 800,
                "%s needs %d x %d where there are 1280 x 800", what, width,
                height);
}

START_TEST(text_of_twice_its_size_fits)
{
  g_object_set(gtk_settings_get_default(), "gtk-xft-dpi", 2 * 96 * 1024, NULL);
  GtkWidget *root = cap_viewer_state_enter(&w, _i);
  g_autofree char *picture = g_strdup_printf("large-%02d", _i);
  cap_ui_shoot(picture);
  assert_fits(root, cap_viewer_states[_i].name);
  cap_viewer_state_leave(&w);
}
END_TEST

int
main(void)
{
  cap_prior_window_make_case(&w);
  Suite *suite = suite_create("layout");
  TCase *tests = tcase_create("layout");
  tcase_set_timeout(tests, 120);
  tcase_add_checked_fixture(tests, cap_ui_setup, NULL);
  tcase_add_loop_test(tests, text_of_twice_its_size_fits, 0,
                      (int)cap_n_viewer_states);
  suite_add_tcase(suite, tests);
  const int failed = cap_suite_run(suite);
  cap_prior_window_remove_case(&w);
  return failed;
}
