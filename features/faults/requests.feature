@needs_faults
Feature: A cluster that does not answer as it should

  Programs that talk to a cluster have to live with servers that are busy, slow, or gone in the middle of an answer.
  Each such fault can be asked for by a sentence, for some requests and not for others.

  Background:
    Given a user Dana
    And Dana has the role "edit"

  Scenario Outline: A request is refused with <code>
    Given every request to "list" "configmaps" fails with <code>
    When Dana lists "configmaps"
    Then it is refused with the code <code>
    When Dana creates the config map "one"
    Then it is not refused

    Examples:
      | code |
      | 500  |
      | 503  |

  Scenario: A busy cluster says when to come again
    Given the cluster is too busy to "list" "configmaps" and asks to come again in 1 second
    When Dana lists "configmaps"
    Then it is refused with the code 429
    And it is asked to come again in 1 second

  Scenario: A fault may strike a few times only
    Given the next two requests to "list" "configmaps" fail with 503
    When Dana lists "configmaps"
    Then it is refused with the code 503
    When Dana lists "configmaps"
    Then it is refused with the code 503
    When Dana lists "configmaps"
    Then it is not refused

  Scenario: A fault may be one person's
    Given a user Bob
    And Bob has the role "edit"
    And every request of Dana fails with 500
    When Dana lists "configmaps"
    Then it is refused with the code 500
    When Bob lists "configmaps"
    Then it is not refused

  Scenario: Faults can be taken back
    Given every request to "list" "configmaps" fails with 503
    When all goes well again
    And Dana lists "configmaps"
    Then it is not refused

  Scenario: What was asked for is done, although nobody is told
    Given the connection is cut in the middle of the next answer to "create" "configmaps"
    When Dana creates the config map "one"
    Then the connection breaks
    When Dana creates the config map "one"
    Then it is refused with the code 409
