import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.UnknownCodeSystemWarningValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;

/**
 * Validates bundles against FHIR R5 with HAPI: structure, invariants, references and the value sets
 * that R5 itself has. A code system that it does not have is a warning. TAP; the last argument is a
 * bundle that has to fail.
 */
public class CheckFhir {
  public static void main(String[] paths) throws Exception {
    FhirContext context = FhirContext.forR5();
    FhirInstanceValidator rules =
        new FhirInstanceValidator(
            new ValidationSupportChain(
                new DefaultProfileValidationSupport(context),
                new CommonCodeSystemsTerminologyService(context),
                new InMemoryTerminologyServerValidationSupport(context),
                new UnknownCodeSystemWarningValidationSupport(context)));
    FhirValidator validator = context.newValidator().registerValidatorModule(rules);
    boolean ok = true;
    for (int i = 0; i < paths.length; i++) {
      boolean fails = i == paths.length - 1;
      boolean right = fails == (countErrors(validator, paths[i], !fails) > 0);
      ok &= right;
      System.out.println(
          (right ? "ok" : "not ok")
              + " - FHIR R5: "
              + Path.of(paths[i]).getFileName()
              + (fails ? " is refused" : ""));
    }
    System.exit(ok ? 0 : 1);
  }

  private static int countErrors(FhirValidator validator, String path, boolean tell)
      throws Exception {
    int errors = 0;
    int warnings = 0;
    String bundle = Files.readString(Path.of(path));
    for (SingleValidationMessage message : validator.validateWithResult(bundle).getMessages()) {
      if (message.getSeverity().compareTo(ResultSeverityEnum.ERROR) < 0) {
        warnings++;
        continue;
      }
      errors++;
      if (tell) {
        System.out.println("# " + message.getLocationString() + ": " + message.getMessage());
      }
    }
    if (tell) {
      System.out.println("# " + errors + " errors, " + warnings + " warnings and remarks");
    }
    return errors;
  }
}
