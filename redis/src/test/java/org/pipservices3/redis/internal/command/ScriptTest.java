package org.pipservices3.redis.internal.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScriptTest {
  private static final List<String> KEYS = List.of("k1", "ö2");
  private static final List<byte[]> ARGUMENTS = List.of("a1".getBytes(UTF_8));

  private final Script script = new Script("return 1");

  @Test
  void byName_isTheSha1AndAFirstAttempt() {
    assertThat(ConfirmationTest.words(script.byName(KEYS, ARGUMENTS)))
        .isEqualTo("EVALSHA e0e1f9fabfc9d4800c877a703b823ac0578ff8db 2 k1 ö2 a1 0");
  }

  @Test
  void inFull_tellsARetryFromAFirstAttempt() {
    assertThat(ConfirmationTest.words(script.inFull(KEYS, ARGUMENTS, /* retry= */ false)))
        .isEqualTo("EVAL return 1 2 k1 ö2 a1 0");
    assertThat(ConfirmationTest.words(script.inFull(KEYS, ARGUMENTS, /* retry= */ true)))
        .isEqualTo("EVAL return 1 2 k1 ö2 a1 1");
  }
}
