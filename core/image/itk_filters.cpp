/* ITK filters behind plain C: see itk_filters.h. */
#include "core/image/itk_filters.h"

#include "core/image/itk_guard.h"

#include <algorithm>
#include <cstring>
#include <itkConnectedComponentImageFilter.h>
#include <itkImage.h>
#include <itkRelabelComponentImageFilter.h>
#include <itkSignedMaurerDistanceMapImageFilter.h>
#include <omp.h>

namespace
{

using ByteImage = itk::Image<uint8_t, 3>;
using LabelImage = itk::Image<int32_t, 3>;
using FloatImage = itk::Image<float, 3>;

size_t
n_voxels(const int size[3])
{
  return static_cast<size_t>(size[0]) * size[1] * size[2];
}

/* An image that reads our buffer in place; ITK neither writes nor frees it. */
ByteImage::Pointer
wrap(const uint8_t *mask, const int size[3])
{
  ByteImage::Pointer image = ByteImage::New();
  ByteImage::SizeType extent;
  for (int i = 0; i < 3; i++)
    extent[i] = size[i];
  image->SetRegions(ByteImage::RegionType(extent));
  image->GetPixelContainer()->SetImportPointer(const_cast<uint8_t *>(mask),
                                               n_voxels(size), false);
  return image;
}

} // namespace

gboolean
cap_itk_distance(const uint8_t *mask, const int size[3], float *distance,
                 GError **error)
{
  const size_t n = n_voxels(size);
  if (std::find_if(mask, mask + n, [](uint8_t v) { return v != 0; }) ==
      mask + n) {
    std::fill(distance, distance + n, G_MAXFLOAT);
    return TRUE;
  }
  return cap_itk_guarded("a distance map", error, [&] {
    using Filter =
        itk::SignedMaurerDistanceMapImageFilter<ByteImage, FloatImage>;
    auto filter = Filter::New();
    filter->SetInput(wrap(mask, size));
    filter->SetNumberOfWorkUnits(omp_get_max_threads());
    filter->SetSquaredDistance(false);
    filter->SetUseImageSpacing(false);
    filter->SetInsideIsPositive(false);
    filter->Update();
    std::memcpy(distance, filter->GetOutput()->GetBufferPointer(),
                n * sizeof *distance);
  });
}

gboolean
cap_itk_label_parts(const uint8_t *mask, const int size[3], int32_t *labels,
                    int *n, gsize **volumes, GError **error)
{
  return cap_itk_guarded("connected components", error, [&] {
    using Connected = itk::ConnectedComponentImageFilter<ByteImage, LabelImage>;
    using Relabel = itk::RelabelComponentImageFilter<LabelImage, LabelImage>;
    auto connected = Connected::New();
    connected->SetInput(wrap(mask, size));
    connected->SetNumberOfWorkUnits(omp_get_max_threads());
    connected->FullyConnectedOff();
    auto relabel = Relabel::New();
    relabel->SetInput(connected->GetOutput());
    relabel->SetNumberOfWorkUnits(omp_get_max_threads());
    relabel->Update();
    std::memcpy(labels, relabel->GetOutput()->GetBufferPointer(),
                n_voxels(size) * sizeof *labels);
    *n = static_cast<int>(relabel->GetNumberOfObjects());
    *volumes = g_new0(gsize, *n + 1);
    for (int i = 0; i < *n; i++)
      (*volumes)[i + 1] = relabel->GetSizeOfObjectsInPixels()[i];
  });
}
