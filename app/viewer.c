/* capsight-viewer: the desktop program; everything is in ui/. */
#include "ui/application.h"

int
main(int argc, char **argv)
{
  g_autoptr(AdwApplication) application = cap_application_new();
  return g_application_run(G_APPLICATION(application), argc, argv);
}
