/* ITK's registration behind plain C: see itk_register.h. */
#include "core/image/itk_register.h"

#include "core/image/itk_guard.h"

#include <cstring>
#include <itkAffineTransform.h>
#include <itkCommand.h>
#include <itkEuler3DTransform.h>
#include <itkImage.h>
#include <itkImageMaskSpatialObject.h>
#include <itkImageRegistrationMethodv4.h>
#include <itkMattesMutualInformationImageToImageMetricv4.h>
#include <itkRegistrationParameterScalesFromPhysicalShift.h>
#include <itkRegularStepGradientDescentOptimizerv4.h>

namespace
{

using FloatImage = itk::Image<float, 3>;
using ByteImage = itk::Image<uint8_t, 3>;
using MaskObject = itk::ImageMaskSpatialObject<3>;
using Rigid = itk::Euler3DTransform<double>;
using Affine = itk::AffineTransform<double, 3>;
using Mattes =
    itk::MattesMutualInformationImageToImageMetricv4<FloatImage, FloatImage>;
using Optimizer = itk::RegularStepGradientDescentOptimizerv4<double>;

constexpr int levels = 2, iterations = 120;

/* Mattes' metric whose sums are one work unit. ITK's own switch for that
 * (SetMaximumNumberOfWorkUnits) bounds the threads alone: four units for each
 * processor are left, which add their parts of the derivative in the order in
 * which they happen to end. */
class Metric : public Mattes
{
public:
  using Self = Metric;
  using Pointer = itk::SmartPointer<Self>;
  itkNewMacro(Self);

protected:
  Metric()
  {
    this->m_DenseGetValueAndDerivativeThreader->SetNumberOfWorkUnits(1);
    this->m_SparseGetValueAndDerivativeThreader->SetNumberOfWorkUnits(1);
  }
};

/* Image in patient space that reads BUFFER in place. */
template <typename Image, typename Value>
typename Image::Pointer
wrap(const Value *buffer, const CapItkGrid *grid)
{
  auto image = Image::New();
  typename Image::SizeType size;
  typename Image::PointType origin;
  typename Image::DirectionType direction;
  size_t n = 1;
  for (int i = 0; i < 3; i++) {
    size[i] = grid->size[i];
    n *= grid->size[i];
    direction[0][i] = grid->axis[i].x;
    direction[1][i] = grid->axis[i].y;
    direction[2][i] = grid->axis[i].z;
  }
  origin[0] = grid->origin_mm.x;
  origin[1] = grid->origin_mm.y;
  origin[2] = grid->origin_mm.z;
  image->SetRegions(typename Image::RegionType(size));
  image->SetOrigin(origin);
  image->SetDirection(direction);
  typename Image::SpacingType spacing;
  spacing.Fill(grid->spacing_mm);
  image->SetSpacing(spacing);
  image->GetPixelContainer()->SetImportPointer(const_cast<Value *>(buffer), n,
                                               false);
  return image;
}

/* Reports after every iteration and stops the optimiser when the user asks. */
class Watch : public itk::Command
{
public:
  using Self = Watch;
  using Pointer = itk::SmartPointer<Self>;
  itkNewMacro(Self);

  const CapProgress *progress = nullptr;
  const char *stage = "";
  GError **error = nullptr;
  int done = 0;
  bool stopped = false;

  void
  Execute(itk::Object *caller, const itk::EventObject &event) override
  {
    if (!itk::IterationEvent().CheckEvent(&event))
      return;
    const double fraction = std::min(1.0, ++done / (1.0 * levels * iterations));
    stopped = stopped || !cap_progress_step(progress, stage, fraction, error);
    if (stopped) /* at each resolution, as every one begins anew */
      static_cast<Optimizer *>(caller)->StopOptimization();
  }
  void
  Execute(const itk::Object *, const itk::EventObject &) override
  {
  }
};

/* What both steps share. */
struct Work {
  FloatImage::Pointer fixed, moving;
  MaskObject::Pointer mask;
  const CapProgress *progress;
  GError **error;
};

/* Improves TRANSFORM in place; FALSE when the user asked to stop. */
template <typename Transform>
bool
improve(const Work &work, Transform *transform, const char *stage,
        double first_step_mm)
{
  using Method =
      itk::ImageRegistrationMethodv4<FloatImage, FloatImage, Transform>;
  using Scales = itk::RegistrationParameterScalesFromPhysicalShift<Metric>;
  auto metric = Metric::New();
  metric->SetNumberOfHistogramBins(32);
  metric->SetUseFixedImageGradientFilter(false);
  metric->SetUseMovingImageGradientFilter(false);
  if (work.mask)
    metric->SetFixedImageMask(work.mask);
  auto scales = Scales::New();
  scales->SetMetric(metric);
  scales->SetTransformForward(true);
  auto optimizer = Optimizer::New();
  optimizer->SetScalesEstimator(scales);
  optimizer->SetDoEstimateLearningRateOnce(false);
  optimizer->SetDoEstimateLearningRateAtEachIteration(false);
  optimizer->SetLearningRate(first_step_mm);
  optimizer->SetMinimumStepLength(0.01);
  optimizer->SetRelaxationFactor(0.6);
  optimizer->SetNumberOfIterations(iterations);
  optimizer->SetNumberOfWorkUnits(1);
  optimizer->SetReturnBestParametersAndValue(true);
  auto watch = Watch::New();
  watch->progress = work.progress;
  watch->stage = stage;
  watch->error = work.error;
  optimizer->AddObserver(itk::IterationEvent(), watch);

  auto method = Method::New();
  method->SetFixedImage(work.fixed);
  method->SetMovingImage(work.moving);
  method->SetMetric(metric);
  method->SetOptimizer(optimizer);
  method->SetInitialTransform(transform);
  method->InPlaceOn();
  method->SetMetricSamplingStrategy(Method::MetricSamplingStrategyEnum::NONE);
  method->SetNumberOfLevels(levels);
  typename Method::ShrinkFactorsArrayType shrink(levels);
  typename Method::SmoothingSigmasArrayType smooth(levels);
  shrink[0] = 2;
  shrink[1] = 1;
  smooth[0] = 1;
  smooth[1] = 0;
  method->SetShrinkFactorsPerLevel(shrink);
  method->SetSmoothingSigmasPerLevel(smooth);
  method->SetSmoothingSigmasAreSpecifiedInPhysicalUnits(false);
  method->Update();
  return !watch->stopped;
}

template <typename Transform>
CapTransform
plain(const Transform &transform)
{
  CapTransform map;
  const auto matrix = transform->GetMatrix();
  const auto offset = transform->GetOffset();
  for (int r = 0; r < 3; r++)
    for (int k = 0; k < 3; k++)
      map.m[r][k] = matrix[r][k];
  map.t = CapPoint{offset[0], offset[1], offset[2]};
  return map;
}

} // namespace

gboolean
cap_itk_register(const CapItkGrid *fixed, const CapItkGrid *moving,
                 CapPoint center_mm, CapPoint start_mm,
                 const CapProgress *progress, CapItkMaps *maps, GError **error)
{
  bool finished = false;
  const gboolean ran = cap_itk_guarded("registration", error, [&] {
    Work work{wrap<FloatImage>(fixed->values, fixed),
              wrap<FloatImage>(moving->values, moving), nullptr, progress,
              error};
    if (fixed->mask != nullptr) {
      work.mask = MaskObject::New();
      work.mask->SetImage(wrap<ByteImage>(fixed->mask, fixed));
      work.mask->Update();
    }
    auto rigid = Rigid::New();
    Rigid::InputPointType center;
    Rigid::OutputVectorType start;
    const double c[3] = {center_mm.x, center_mm.y, center_mm.z};
    const double s[3] = {start_mm.x, start_mm.y, start_mm.z};
    for (int i = 0; i < 3; i++) {
      center[i] = c[i];
      start[i] = s[i];
    }
    rigid->SetCenter(center);
    rigid->SetTranslation(start);
    if (!improve(work, rigid.GetPointer(), "aligning: rigid", 2.0))
      return;
    auto affine = Affine::New();
    affine->SetCenter(center);
    affine->SetMatrix(rigid->GetMatrix());
    affine->SetTranslation(rigid->GetTranslation());
    if (!improve(work, affine.GetPointer(), "aligning: affine", 1.0))
      return;
    *maps = CapItkMaps{plain(rigid), plain(affine)};
    finished = true;
  });
  return ran && finished;
}
