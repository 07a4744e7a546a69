/* capsight-viewer: the desktop program; everything is in ui/. */
#include "ui/application.h"
#include "ui/translations.h"
#include "ui/work/job.h"

int
main(int argc, char **argv)
{
  cap_translations_bind();
  g_autoptr(AdwApplication) application = cap_application_new();
  const int status = g_application_run(G_APPLICATION(application), argc, argv);
  cap_job_end_all();
  return status;
}
