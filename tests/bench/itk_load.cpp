/* The peer of bench_load: ITK's ImageSeriesReader with GDCM on the same folder,
 * file names by GDCMSeriesFileNames as its examples do. Prints seconds. */
#include <itkGDCMImageIO.h>
#include <itkGDCMSeriesFileNames.h>
#include <itkImage.h>
#include <itkImageSeriesReader.h>

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

using Clock = std::chrono::steady_clock;
using Image = itk::Image<short, 3>;

static double
seconds_since(Clock::time_point start)
{
  return std::chrono::duration<double>(Clock::now() - start).count();
}

int
main(int argc, char **argv)
{
  if (argc != 2) {
    std::fprintf(stderr, "usage: itk-load FOLDER\n");
    return 2;
  }
  const char *text = std::getenv("BENCH_RUNS");
  const int runs = text ? std::max(1, std::atoi(text)) : 3;
  double best_scan = 1e9, best_load = 1e9;
  size_t slices = 0;
  try {
    for (int run = 0; run < runs; run++) {
      const Clock::time_point start = Clock::now();
      auto names = itk::GDCMSeriesFileNames::New();
      names->SetUseSeriesDetails(true);
      names->SetDirectory(argv[1]);
      const auto uids = names->GetSeriesUIDs();
      const auto files = names->GetFileNames(uids.front());
      best_scan = std::min(best_scan, seconds_since(start));
      const Clock::time_point scanned = Clock::now();
      auto reader = itk::ImageSeriesReader<Image>::New();
      reader->SetImageIO(itk::GDCMImageIO::New());
      reader->SetFileNames(files);
      reader->Update();
      slices = reader->GetOutput()->GetLargestPossibleRegion().GetSize()[2];
      best_load = std::min(best_load, seconds_since(scanned));
    }
  } catch (const std::exception &problem) {
    std::fprintf(stderr, "itk-load: %s\n", problem.what());
    return 1;
  }
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  std::printf(
      "itk scan_s %.4f load_s %.4f total_s %.4f slices %zu rss_mb %ld\n",
      best_scan, best_load, best_scan + best_load, slices,
      usage.ru_maxrss / 1024);
  return 0;
}
