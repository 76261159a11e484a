@needs_traffic_simulation
Feature: What happens to connections that are open

  Sessions begin and end, ports are let go and pods restart, while somebody's connection is open.

  Background:
    Given the world "visit-counter"
    And Aviram runs mirrord on "deployment/ip-visit-counter" as session "A1"

  Rule: When stealing begins, older connections are cut

    @req-TRAF-070
    Scenario: So that their requests cannot pass by
      Given a connection to port 80 of deployment/ip-visit-counter
      When a GET request to "/" follows on it
      Then it reaches the original
      When Aviram steals port 80 with the filter "path=/mine"
      Then its connection is closed

    @req-TRAF-070
    Scenario: Another who joins cuts nothing
      Given Aviram steals port 80 with the filter "path=/mine"
      And a connection to port 80 of deployment/ip-visit-counter
      And Dana runs mirrord on "deployment/ip-visit-counter"
      When Dana steals port 80 with the filter "path=/hers"
      Then its connection is open
      When a GET request to "/hers" follows on it
      Then it is stolen by Dana's session

    @req-TRAF-071
    Scenario: Mirroring cuts nothing, and sees nothing of older connections
      Given a connection to port 80 of deployment/ip-visit-counter
      When Aviram mirrors port 80
      Then its connection is open
      When a GET request to "/" follows on it
      Then it reaches the original
      And it is mirrored to nobody

  Rule: When a port is let go, the original gets what comes

    @req-TRAF-072
    Scenario: Another session still has the port
      Given Aviram steals port 80 with the filter "header=x-user: aviram"
      And Dana runs mirrord on "deployment/ip-visit-counter"
      And Dana steals port 80 with the filter "header=x-user: dana"
      And a connection to port 80 of deployment/ip-visit-counter
      When Aviram lets go of port 80
      And a GET request to "/" with header "x-user: aviram" follows on it
      Then it reaches the original
      When a GET request to "/" with header "x-user: dana" follows on it
      Then it is stolen by Dana's session

    @req-TRAF-073
    Scenario: Nobody has the port any more
      Given Aviram steals port 80 with the filter "path=/"
      And a connection to port 80 of deployment/ip-visit-counter
      When a GET request to "/" follows on it
      Then it is stolen by Aviram's session
      When Aviram lets go of port 80
      Then its connection is closed
      When a GET request to "/" reaches port 80 of deployment/ip-visit-counter
      Then it reaches the original
      And the answer has no header "mirrord-agent"

    @req-TRAF-073
    Scenario: A request that is under way is still answered
      Given Aviram steals port 80
      And Aviram's application lets requests wait
      When a GET request to "/" reaches port 80 of deployment/ip-visit-counter
      And Aviram lets go of port 80
      Then it is not answered yet
      And its connection is open
      When Aviram's application answers
      Then it is answered with 200
      And it is stolen by Aviram's session
      And its connection is closed

    @req-TRAF-074
    Scenario: A stream that was stolen whole goes on
      Given Aviram steals port 80
      When the bytes "THIS IS NOT HTTP!\n" reach port 80 of deployment/ip-visit-counter
      And Aviram lets go of port 80
      Then its connection is open
      When the bytes "MORE\n" follow on it
      Then Aviram's application received the bytes "THIS IS NOT HTTP!\nMORE\n"

    @req-TRAF-074
    Scenario: Who calls may close it
      Given Aviram steals port 80
      When the bytes "THIS IS NOT HTTP!\n" reach port 80 of deployment/ip-visit-counter
      And the caller closes the connection
      Then Aviram's application is told that the connection is closed

  Rule: When a session ends, what it had is lost

    @smoke @req-TRAF-075
    Scenario: A request that waits is answered by mirrord
      Given Aviram steals port 80 with the filter "path=/"
      And Aviram's application lets requests wait
      When a GET request to "/" reaches port 80 of deployment/ip-visit-counter
      And the administrator runs "mirrord operator session kill --id A1"
      Then mirrord answers it with 502 and
        """
        mirrord-agent v3.187.0: the request was dropped
        """
      When a GET request to "/" reaches port 80 of deployment/ip-visit-counter
      Then it reaches the original

    @req-TRAF-075
    Scenario: A stream is cut
      Given Aviram steals port 80
      When the bytes "THIS IS NOT HTTP!\n" reach port 80 of deployment/ip-visit-counter
      And the administrator runs "mirrord operator session kill --id A1"
      Then its connection is closed

    @req-TRAF-076
    Scenario: Others do not notice
      Given Aviram steals port 80 with the filter "header=x-user: aviram"
      And Dana runs mirrord on "deployment/ip-visit-counter"
      And Dana steals port 80 with the filter "header=x-user: dana"
      And Dana's application lets requests wait
      When a GET request to "/" with header "x-user: dana" reaches port 80 of deployment/ip-visit-counter
      And the administrator runs "mirrord operator session kill --id A1"
      Then it is not answered yet
      When Dana's application answers
      Then it is stolen by Dana's session
      And it is answered with 200

    @req-TRAF-077
    Scenario: The client stops
      Given Aviram steals port 80
      And Aviram's application lets requests wait
      When a GET request to "/" reaches port 80 of deployment/ip-visit-counter
      And Aviram stops mirrord
      Then mirrord answers it with 502 and
        """
        mirrord-agent v3.187.0: the request was dropped
        """

    @provisional @req-TRAF-078
    Scenario: While it is away the original gets what it would have had
      Given Aviram steals port 80
      When Aviram stops mirrord
      And a GET request to "/" reaches port 80 of deployment/ip-visit-counter
      Then it reaches the original

    @provisional @req-TRAF-078
    Scenario: Or nobody does, if the operator is like that
      Given it is assumed of the operator that
        """
        absent_client: bad-gateway
        """
      And Aviram steals port 80
      When Aviram stops mirrord
      And a GET request to "/" reaches port 80 of deployment/ip-visit-counter
      Then mirrord answers it with 502 and
        """
        mirrord-agent v3.187.0: the request was dropped
        """

  Rule: When a pod goes, its connections go

    @needs_kubelet @req-TRAF-079
    Scenario: Requests on their way are lost, and the session has the new pod
      Given Aviram steals port 80
      And Aviram's application lets requests wait
      When a GET request to "/" reaches port 80 of deployment/ip-visit-counter
      And the deployment "ip-visit-counter" is restarted
      Then nobody answers it
      And its connection is closed
      When a GET request to "/" reaches port 80 of deployment/ip-visit-counter
      Then it is not answered yet
      When Aviram's application answers
      Then it is stolen by Aviram's session

    @needs_kubelet @req-TRAF-079
    Scenario: A stream's thief is told
      Given Aviram steals port 80
      When the bytes "THIS IS NOT HTTP!\n" reach port 80 of deployment/ip-visit-counter
      And a pod of "ip-visit-counter" is deleted
      Then its connection is closed
      And Aviram's application is told that the connection is closed

  Rule: A port that the original does not serve is served by whoever steals it

    @req-TRAF-080
    Scenario: Nobody has it
      When a GET request to "/" reaches port 9999 of deployment/ip-visit-counter
      Then nobody answers it

    @provisional @req-TRAF-080
    Scenario: What is not stolen there cannot be passed on
      Given Aviram steals port 9999 with the filter "path=/mine"
      When a GET request to "/mine" reaches port 9999 of deployment/ip-visit-counter
      Then it is stolen by Aviram's session
      When a GET request to "/yours" reaches port 9999 of deployment/ip-visit-counter
      Then mirrord answers it with 502 and
        """
        mirrord-agent v3.187.0: failed to pass the request to its original destination: Connection refused (os error 111)
        """
